from datetime import timedelta

import pytest
from django.utils.formats import date_format

from accounts import clock
from followups.customers import timeline
from followups.models import Followup
from responses.models import Response
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    DealFactory,
    FollowupFactory,
    InvitationFactory,
    ResponseFactory,
    TouchpointFactory,
    UserFactory,
)
from tests.noes import opt_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(owner):
    company = CompanyFactory(name="Baltic Foods")
    made = ContactFactory(first_name="Rasa", last_name="Vaitkutė", email="rasa@foods.example", company=company)
    DealFactory(contact=made, manager=owner)
    return made


def happen(contact, manager, *, days_ago=10, score=3):
    """Let a whole story happen: touchpoint, invitation, score and follow-up."""
    start = clock.now() - timedelta(days=days_ago)
    touchpoint = TouchpointFactory(contact=contact, manager=manager, occurred_at=start)
    invitation = InvitationFactory(
        contact=contact, touchpoint=touchpoint, status="answered", asked_at=start + timedelta(days=1)
    )
    response = ResponseFactory(
        invitation=invitation, score=score, comment=f"Because {score}.", answered_at=start + timedelta(days=2)
    )
    return FollowupFactory(response=response, assignee=manager, created_at=start + timedelta(days=3))


def pages(contact):
    return f"/contacts/{contact.pk}/", f"/companies/{contact.company_id}/"


def names(client, **query):
    page = client.get("/contacts/", query)
    assert page.status_code == 200
    return [contact.first_name for contact in page.context["page"]]


def test_a_customers_whole_story_is_one_timeline(client, owner, contact):
    happen(contact, owner, score=3)
    client.force_login(owner)

    for url in pages(contact):
        page = client.get(url)
        kinds = [entry.kind for entry in page.context["history"].entries]
        assert kinds == ["followup", "response", "invitation", "touchpoint"]
        assert "Because 3." in page.text


def test_owner_and_teammate_see_a_customer_and_a_stranger_does_not(client, owner, teammate, stranger, contact):
    for person, status in ((owner, 200), (teammate, 200), (stranger, 404)):
        client.force_login(person)
        assert [client.get(url).status_code for url in pages(contact)] == [status, status]
        assert names(client) == (["Rasa"] if status == 200 else [])


def test_who_sees_all_teams_sees_every_customer(client, administrator, contact):
    client.force_login(administrator)

    assert names(client) == ["Rasa"]
    assert [client.get(url).status_code for url in pages(contact)] == [200, 200]


@pytest.mark.parametrize("what", ["deal", "touchpoint", "followup"])
def test_any_work_with_a_customer_opens_the_card(client, what):
    person, contact = UserFactory(team=None), ContactFactory()
    client.force_login(person)
    assert client.get(f"/contacts/{contact.pk}/").status_code == 404

    if what == "followup":
        FollowupFactory(response__invitation=InvitationFactory(contact=contact, status="answered"), assignee=person)
    else:
        {"deal": DealFactory, "touchpoint": TouchpointFactory}[what](contact=contact, manager=person)

    assert client.get(f"/contacts/{contact.pk}/").status_code == 200


def test_a_followup_of_another_team_is_told_but_not_linked(client, owner, stranger, contact):
    foreign = happen(contact, stranger)
    own = happen(contact, owner, days_ago=20)
    client.force_login(owner)

    text = client.get(f"/contacts/{contact.pk}/").text

    assert f'href="/inbox/{own.pk}/"' in text
    assert f'href="/inbox/{foreign.pk}/"' not in text


def test_a_company_page_says_nothing_of_the_people_of_other_teams(
    client, owner, teammate, stranger, administrator, contact
):
    colleague = ContactFactory(first_name="Out", last_name="Of Reach", company=contact.company)
    foreign = happen(colleague, stranger)
    Response.objects.filter(pk=foreign.response_id).update(comment="Theirs alone to read.")
    Followup.objects.filter(pk=foreign.pk).update(resolution="Settled among themselves.")
    happen(contact, owner)
    theirs = ("Out Of Reach", "Theirs alone", "Settled among", f"/contacts/{colleague.pk}/", f"/inbox/{foreign.pk}/")
    address = f"/companies/{contact.company_id}/"

    def said_to(person):
        client.force_login(person)
        text = client.get(address).text
        return [what for what in theirs if what in text], f'href="/contacts/{contact.pk}/"' in text

    assert said_to(owner) == ([], True)
    assert said_to(teammate) == ([], True)
    assert said_to(stranger) == ([*theirs], False)
    assert said_to(administrator) == ([*theirs], True)


def test_customers_are_found_by_name_address_phone_and_company(client, owner, contact):
    DealFactory(contact=ContactFactory(first_name="Jonas", last_name="Kazlauskas"), manager=owner)
    client.force_login(owner)

    for text in ("rasa", "VAITKUTĖ", "foods.example", "baltic rasa"):
        assert names(client, q=text) == ["Rasa"]
    assert names(client, q="rasa kazlauskas") == []
    assert "Nobody is found for “rasa kazlauskas”." in client.get("/contacts/", {"q": "rasa kazlauskas"}).text
    assert sorted(names(client)) == ["Jonas", "Rasa"]


def test_an_opt_out_is_shown_with_when_and_why(client, owner, contact):
    opt_out(contact)
    contact.consents.create(medium="email", status="objected", origin="Order form")
    client.force_login(owner)

    text = client.get(f"/contacts/{contact.pk}/").text

    assert "unsubscribed by link" in text
    assert date_format(contact.do_not_contact_at, "DATETIME_FORMAT") in text
    assert "Order form" in text


def test_an_objection_to_one_medium_is_shown(client, owner, contact):
    contact.consents.create(medium="email", status="objected")
    client.force_login(owner)

    text = client.get(f"/contacts/{contact.pk}/").text

    assert "Not by e-mail: the customer objected on" in text
    assert "Yes, this customer has not opted out." not in text


def test_a_long_story_is_paged_without_losing_or_repeating_anything(owner, contact):
    moment = clock.now()
    for _ in range(7):
        TouchpointFactory(contact=contact, manager=owner, occurred_at=moment)
    happen(contact, owner)

    first, second, third = (timeline.of_contact(contact, page=page, size=5) for page in (1, 2, 3))

    assert (first.has_more, second.has_more, third.has_more) == (True, True, False)
    seen = [(entry.kind, entry.subject.pk) for entry in [*first.entries, *second.entries, *third.entries]]
    assert len(seen) == len(set(seen)) == 11


def test_pages_that_do_not_exist_are_harmless(client, owner, contact):
    client.force_login(owner)

    for page in ("0", "-1", "x", "99999999999999999999", "²"):
        assert client.get(f"/contacts/{contact.pk}/", {"page": page}).status_code == 200
    assert client.get("/contacts/999999/").status_code == 404
    assert client.get("/companies/999999/").status_code == 404


def test_customer_pages_are_read_only(client, owner, contact):
    client.force_login(owner)

    for url in ("/contacts/", *pages(contact)):
        assert client.post(url).status_code == 405


def test_more_history_takes_no_more_queries(client, owner, contact, django_assert_num_queries):
    client.force_login(owner)
    happen(contact, owner)
    by_contact, by_company = pages(contact)
    client.get(by_contact)  # what is read once and kept

    with django_assert_num_queries(28):
        client.get(by_contact)
    with django_assert_num_queries(17):
        client.get(by_company)
    for score in (5, 9):
        happen(contact, owner, score=score, days_ago=20 + score)
        DealFactory(contact=ContactFactory(company=contact.company), manager=owner)
    with django_assert_num_queries(28):
        client.get(by_contact)
    with django_assert_num_queries(17):
        client.get(by_company)


def test_more_customers_take_no_more_queries(client, owner, contact, django_assert_num_queries):
    client.force_login(owner)
    with django_assert_num_queries(19):
        assert len(names(client)) == 1
    for _ in range(2):
        DealFactory(contact=ContactFactory(company=CompanyFactory()), manager=owner)
    with django_assert_num_queries(19):
        assert len(names(client)) == 3
