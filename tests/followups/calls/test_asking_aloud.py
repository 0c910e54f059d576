"""Staff read the question aloud and write down what was said."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import Organisation
from crm import consents
from crm.consents import Word
from followups.models import Followup
from followups.services import route_due
from responses.models import Response, ResponseTopic, StaffEntry, Topic
from responses.services import settle_due
from surveys.models import Invitation
from surveys.services import judge_due
from tests.factories import (
    ContactFactory,
    DealFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)

pytestmark = pytest.mark.django_db
KEY = "7b1f1a3e-3a55-4b1a-9d0e-2f8c1f0a9a01"


@pytest.fixture
def version():
    return SurveyVersionFactory(survey__name="After a purchase")


@pytest.fixture
def contact(teammate, version):
    contact = ContactFactory(phone="+37060000001", language="uk")
    deal = DealFactory(contact=contact, manager=teammate)
    TouchpointFactory(contact=contact, deal=deal, manager=teammate, occurred_at=clock.now() - timedelta(days=2))
    return contact


@pytest.fixture
def page(client, owner, contact):
    client.force_login(owner)
    return client


def address(contact):
    return reverse("contact_ask", args=[contact.pk])


def said(version, **more):
    return {"key": KEY, "mode": "telephone", "survey": version.survey_id, "language": "uk", "score": "4"} | more


def test_the_question_is_read_as_the_survey_says_it_in_the_customers_language(page, contact, version):
    shown = page.get(address(contact)).content.decode()
    switched = page.post(address(contact), said(version, switch="en", comment="Typed so far.", score="3"))

    assert "порекомендуєте Ąžuolas &amp; Co другу" in shown
    assert 'lang="uk">Наскільки ймовірно' in shown
    again = switched.content.decode()
    assert "How likely is it" in again
    assert "Typed so far." in again
    assert 'value="3" data-tier="bad" checked' in again
    assert Response.objects.count() == 0


def test_what_was_said_is_an_answer_of_its_own_sample_with_who_entered_it(page, owner, teammate, contact, version):
    topic = Topic.objects.filter(is_offered=True).first()

    answer = page.post(address(contact), said(version, comment="Довго чекали.", topics=[topic.pk], about=""))

    assert answer.status_code == 302
    response = Response.objects.get()
    assert (response.score, response.origin, response.medium, response.language) == (4, "staff", "telephone", "uk")
    assert (response.manager, response.touchpoint_kind, response.comment) == (teammate, "deal_won", "Довго чекали.")
    assert ResponseTopic.objects.values_list("topic", "source").get() == (topic.pk, "tapped")
    entry = response.staff_entry
    assert (entry.by, entry.is_own_deal, entry.is_unasked, entry.invitation) == (owner, False, False, None)
    settle_due()
    route_due()
    assert Followup.objects.get().response == response


def test_the_ask_counts_so_that_no_letter_follows_the_next_day(page, contact, version):
    page.post(address(contact), said(version))

    spoken = Invitation.objects.get()
    assert (spoken.status, spoken.origin, spoken.medium) == ("answered", "staff", "telephone")
    other = TriggerFactory(survey=SurveyVersionFactory().survey)
    planned = InvitationFactory(
        survey=other.survey, trigger=other, contact=contact, status="planned", queued_at=None, sent_at=None,
        token_hash=None, expires_at=None, medium="", version=other.survey.versions.get(),
    )  # fmt: skip
    judge_due()
    planned.refresh_from_db()
    assert (planned.status, planned.reason) == ("suppressed", "kind_clock")


def test_sent_twice_it_is_one_answer(page, contact, version):
    for _time in range(2):
        assert page.post(address(contact), said(version)).status_code == 302

    assert Response.objects.count() == Invitation.objects.count() == 1


def test_an_open_letter_is_answered_and_its_reminder_called_off(page, contact, version, teammate):
    letter = InvitationFactory(
        version=version,
        contact=contact,
        manager=teammate,
        reminders_left=2,
        remind_at=clock.now(),
        fall_back_at=clock.now(),
    )

    assert page.post(address(contact), said(version)).status_code == 302

    letter.refresh_from_db()
    assert (letter.reminders_left, letter.remind_at, letter.fall_back_at) == (0, None, None)
    assert StaffEntry.objects.get().invitation == letter
    again = page.post(address(contact), said(version, key="7b1f1a3e-3a55-4b1a-9d0e-2f8c1f0a9a02"))
    assert "that answer stands" in again.content.decode()
    assert Response.objects.count() == 1


def test_whoever_was_asked_days_ago_is_not_asked_aloud_unless_they_came_of_themselves(page, contact, version):
    other = SurveyVersionFactory()
    InvitationFactory(version=other, contact=contact, status="expired")

    shown = page.get(address(contact), {"survey": version.survey_id}).content.decode()
    refused = page.post(address(contact), said(version))

    assert "Do not ask now." in shown
    assert 'name="score"' not in shown
    assert "Not written down." in refused.content.decode()
    assert Response.objects.count() == 0
    assert page.post(address(contact), said(version, is_unasked="on")).status_code == 302
    assert StaffEntry.objects.get().is_unasked


def test_an_objection_to_surveys_by_one_medium_stops_the_question_too(page, contact, version, owner):
    consents.record(Word(contact.pk, "email", "surveys", "objected", clock.now(), "Said so."), by=owner)

    assert "objected" in page.get(address(contact)).content.decode()
    page.post(address(contact), said(version))

    assert Response.objects.count() == 0


def test_nobody_writes_down_an_answer_about_their_own_deal_unless_the_company_lets_them(
    client, teammate, contact, version
):
    client.force_login(teammate)

    assert "a colleague asks" in client.get(address(contact)).content.decode()
    refused = client.post(address(contact), said(version))
    declined = client.post(address(contact), said(version, declined="later"))

    assert "a colleague writes it down" in refused.content.decode()
    assert declined.status_code == 200
    assert Response.objects.count() == Invitation.objects.count() == 0
    Organisation.objects.update_or_create(pk=1, defaults={"managers_enter_own": True})
    assert client.post(address(contact), said(version)).status_code == 302
    assert StaffEntry.objects.get().is_own_deal


@pytest.mark.parametrize("wrong", ["", "11", "-1", "x", "٣"])
def test_without_a_score_everything_typed_is_kept_and_nothing_written(page, contact, version, wrong):
    answer = page.post(address(contact), said(version, score=wrong, comment="Kept."))

    shown = answer.content.decode()
    assert "Kept." in shown
    assert "Choose the score that the customer said." in shown
    assert KEY in shown
    assert Response.objects.count() == Invitation.objects.count() == 0


def test_not_now_counts_as_asked_and_never_again_stops_every_address(page, contact, version):
    page.post(address(contact), said(version, declined="later", score=""))

    ask = Invitation.objects.get()
    assert (ask.status, ask.reason, ask.origin) == ("expired", "declined", "staff")
    contact.refresh_from_db()
    assert contact.may_be_contacted
    page.post(address(contact), said(version, declined="never", score=""))
    contact.refresh_from_db()
    assert (contact.may_be_contacted, contact.do_not_contact_reason) == (False, "asked_staff")
    assert Response.objects.count() == 0


def test_no_survey_that_asks_says_so(page, contact, version):
    version.survey.status = "paused"
    version.survey.save()

    assert "No survey is switched on." in page.get(address(contact)).content.decode()
    assert page.post(address(contact), said(version)).status_code == 200
    assert Response.objects.count() == 0


def test_the_answers_page_says_who_entered_it(client, manager, page, owner, contact, version):
    page.post(address(contact), said(version))
    response = Response.objects.get()
    client.force_login(manager)
    response.team = manager.team
    response.save()

    shown = client.get(reverse("answer", args=[response.pk])).content.decode()

    assert "Entered by staff" in shown
    assert str(owner) in shown
    assert "Telephone" in shown
