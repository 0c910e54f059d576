from datetime import timedelta

import pytest

from accounts import clock
from followups.models import Followup
from responses.models import ResponseTopic, Topic
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    EntryFactory,
    FollowupFactory,
    InvitationFactory,
    ResponseFactory,
    SurveyVersionFactory,
    TouchpointFactory,
)

pytestmark = pytest.mark.django_db


def url(followup):
    return f"/inbox/{followup.pk}/"


def test_the_page_says_who_what_and_why(client, owner, followup):
    topic = Topic.objects.create(slug="lateness", names={"en": "Lateness"})
    ResponseTopic.objects.create(response=followup.response, topic=topic, source="tapped")
    client.force_login(owner)

    text = client.get(url(followup)).text

    for said in (
        "Ona Petraitė",
        "Two weeks late.",
        "Lateness",
        "Call today.",
        "GTX Pro",
        "Roof for Baltic Foods",
        "1,200 EUR",
        'href="tel:+37060000000"',
        f'href="mailto:{followup.response.contact.email}"',
        "Baltic Foods",
        "Deal won",
    ):
        assert said in text


def test_instructions_are_in_the_language_of_the_person(client, owner, followup):
    owner.language = "uk"
    owner.save()
    client.force_login(owner)

    assert "Зателефонуйте сьогодні." in client.get(url(followup)).text


def test_earlier_answers_are_shown(client, owner, followup):
    followup.response.trail = [{"at": clock.now().isoformat(), "score": 9, "comment": "All fine."}]
    followup.response.save()
    client.force_login(owner)

    text = client.get(url(followup)).text

    assert "The answer was changed once" in text
    assert "All fine." in text


def test_a_late_followup_says_so(client, owner, followup):
    moment = clock.now() - timedelta(days=2, hours=1)
    Followup.objects.update(next_due_at=moment, first_contact_due_at=moment)
    client.force_login(owner)

    assert "Overdue by 2\xa0days" in client.get(url(followup)).text


def test_an_anonymous_answer_has_a_page(client, owner):
    version = SurveyVersionFactory()
    response = ResponseFactory(
        entry=EntryFactory(),
        invitation=None,
        survey=version.survey,
        version=version,
        contact=None,
        score=1,
        comment="Hm.",
    )
    followup = FollowupFactory(response=response, assignee=owner)
    client.force_login(owner)

    assert "Anonymous customer" in client.get(url(followup)).text
    assert "Anonymous customer" in client.get("/inbox/").text


def test_owner_and_teammate_may_look_and_a_stranger_finds_nothing(client, owner, teammate, stranger, followup):
    for person, status in ((owner, 200), (teammate, 200), (stranger, 404)):
        client.force_login(person)
        assert client.get(url(followup)).status_code == status


def test_more_history_takes_no_more_queries(client, owner, followup, django_assert_num_queries):
    client.force_login(owner)
    contact = followup.response.contact

    def answer_again(score):
        invitation = InvitationFactory(
            contact=contact, status="answered", touchpoint=TouchpointFactory(contact=contact, manager=owner)
        )
        FollowupFactory(response__invitation=invitation, response__score=score, assignee=owner)
        followup.note(f"Note {score}.", by=owner)

    answer_again(7)
    client.get(url(followup))  # what is read once and kept

    with django_assert_num_queries(51):
        client.get(url(followup))
    answer_again(4)
    answer_again(9)
    with django_assert_num_queries(51):
        client.get(url(followup))


def test_the_page_is_named_for_customer_and_company_and_is_not_in_its_own_history(client, owner):
    contact = ContactFactory(
        first_name="Rasa", last_name="Vaitkutė", phone="+37060000000", company=CompanyFactory(name="Baltic Foods")
    )
    made = FollowupFactory(
        response__invitation=InvitationFactory(contact=contact, status="answered"), assignee=owner, team=owner.team
    )
    client.force_login(owner)

    page = client.get(made.get_absolute_url())

    assert "<title>Rasa Vaitkutė, Baltic Foods · Plumb</title>" in page.text
    assert '<span class="page__aside">Baltic Foods</span>' in page.text
    assert "followup" not in [entry.kind for entry in page.context["history"].entries]
    assert "+370 600 00000</a>" in page.text
