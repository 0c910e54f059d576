from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from delivery.models import Message
from surveys.judging.by_hand import NotAsked, ask_anyway
from surveys.judging.eligibility import Outcome, Verdict
from surveys.judging.rules import OF_ASKS, OVERRIDABLE
from surveys.judging.standings import standings
from surveys.models import AskingPolicy, Hold, Invitation, Judgement, ManualAsk
from surveys.services import plan_invitations
from tests.factories import (
    ContactFactory,
    DealFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
    UserFactory,
    WaveFactory,
)
from tests.noes import bounce, move_to, object_to, opt_out

pytestmark = pytest.mark.django_db

ASKS = Verdict(Outcome.ASK, "", None, "email", ())
NOW = datetime(2026, 7, 4, 20, tzinfo=UTC)  # a Saturday evening
DAY = timedelta(days=1)


@pytest.fixture
def survey():
    return SurveyVersionFactory(published_at=NOW - 30 * DAY).survey


@pytest.fixture
def contact():
    return ContactFactory(language="lt")


def ask(contact, survey, **options):
    return ask_anyway(contact=contact, survey=survey, by=UserFactory(), reason="A complaint", now=NOW, **options)


def test_an_ask_by_hand_goes_the_way_of_every_ask(contact, survey):
    manager = UserFactory(name="Olena")
    touchpoint = TouchpointFactory(contact=contact, manager=manager, amount=5, occurred_at=NOW - 9 * DAY)
    by = UserFactory()

    invitation = ask_anyway(contact=contact, survey=survey, by=by, reason="The owner wants to know.", now=NOW)

    invitation.refresh_from_db()
    assert (invitation.status, invitation.queued_at, invitation.due_at) == ("queued", NOW, NOW)
    assert (invitation.trigger, invitation.touchpoint, invitation.manager) == (None, touchpoint, manager)
    assert (invitation.language, invitation.medium, invitation.amount) == ("lt", "email", 5)
    audit = ManualAsk.objects.get()
    assert (audit.invitation, audit.by, audit.reason, audit.at) == (invitation, by, "The owner wants to know.", NOW)
    assert Message.objects.get().idempotency_key == f"invite-{invitation.pk}-1"
    assert [step["rule"] for step in Judgement.objects.get().trace] == [rule.code for rule in OF_ASKS]


def test_rules_of_how_often_and_when_are_overruled_and_marked(contact, survey):
    AskingPolicy.objects.update_or_create(pk=1, defaults={"company_budget": None})
    InvitationFactory(
        contact=contact, version=survey.versions.get(), status="answered", asked_at=NOW - DAY, answered_at=NOW - DAY
    )
    Hold.place(contact_id=contact.pk, cause="followup-1")
    survey.daily_maximum = 1
    survey.save()
    InvitationFactory(version=survey.versions.get(), asked_at=NOW)

    invitation = ask(contact, survey)

    trace = Judgement.objects.get(invitation=invitation).trace
    overruled = {step["rule"] for step in trace if step.get("overridden")}
    assert overruled == {"hold", "survey_clock", "floor", "daily_maximum"}
    assert all(step["passed"] for step in trace if step["rule"] not in overruled)
    assert overruled <= OVERRIDABLE


def test_an_invitation_that_is_planned_is_the_one_that_is_sent(contact, survey):
    TriggerFactory(survey=survey, asks_since=NOW - 30 * DAY)
    TouchpointFactory(contact=contact, occurred_at=NOW - DAY)
    plan_invitations(now=NOW)
    planned = Invitation.objects.get()

    assert ask(contact, survey) == planned

    planned.refresh_from_db()
    assert (planned.status, planned.due_at) == ("queued", NOW)
    assert Invitation.objects.count() == Message.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "spoil"),
    [
        ("do_not_contact", lambda c: opt_out(c)),
        ("objected", lambda c: object_to(c)),
        ("no_address", lambda c: move_to(c)),
        ("bounced", lambda c: bounce(c, at=NOW)),
        ("role_address", lambda c: move_to(c, "info@shop.example")),
    ],
)
def test_nobody_overrules_what_the_contact_wants_or_cannot_get(contact, survey, reason, spoil):
    spoil(contact)
    contact.refresh_from_db()

    with pytest.raises(NotAsked) as refusal:
        ask(contact, survey)

    assert refusal.value.reason == reason
    assert Invitation.objects.count() == ManualAsk.objects.count() == Message.objects.count() == 0


def test_asking_twice_asks_once(contact, survey):
    ask(contact, survey)

    with pytest.raises(NotAsked) as refusal:
        ask(contact, survey)

    assert refusal.value.reason == "pending"
    assert Invitation.objects.count() == ManualAsk.objects.count() == Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_ask_once(contact, survey):
    outcomes = []

    def press():
        try:
            outcomes.append(ask(contact, survey).status)
        except NotAsked as refusal:
            outcomes.append(refusal.reason)
        finally:
            connection.close()

    presses = [Thread(target=press) for _ in range(4)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()

    assert sorted(outcomes) == ["pending", "pending", "pending", "queued"]
    assert Message.objects.count() == 1


def test_a_survey_without_published_wording_asks_nobody(contact):
    with pytest.raises(NotAsked):
        ask(contact, TriggerFactory().survey)


def test_how_a_survey_stands_with_a_contact(contact, survey):
    trigger = TriggerFactory(survey=survey, asks_since=NOW - 30 * DAY)
    monday = datetime(2026, 7, 6, 6, tzinfo=UTC)  # 9:00 in Vilnius

    (nothing,) = standings(contact, now=NOW)
    assert (nothing.asked, nothing.planned, nothing.refused, nothing.asks_at) == (None, None, None, None)
    assert (nothing.verdict.outcome, nothing.verdict.reason, nothing.until) == ("defer", "window", monday)

    TouchpointFactory(contact=contact, occurred_at=NOW - trigger.delay)
    plan_invitations(now=NOW)
    (planned,) = standings(contact, now=NOW)
    assert (planned.planned, planned.asks_at) == (Invitation.objects.get(), monday)
    assert (planned.verdict.outcome, planned.is_refused) == ("ask", False)

    opt_out(contact)
    (refused,) = standings(contact, now=NOW)
    assert (refused.is_refused, refused.asks_at) == (True, None)
    assert refused.reason == "The contact does not want to be asked."
    assert [line.rule for line in refused.lines if not line.passed] == [
        "Contact may be asked",
        "A way to reach the contact",
    ]


def test_a_wave_stands_with_a_contact_too(contact, survey):
    wave = WaveFactory(survey=survey, is_active=True)
    planned = InvitationFactory(
        contact=contact, version=survey.versions.get(), wave=wave, wave_round=1, status="planned", asked_at=None,
        planned_at=NOW, due_at=NOW + 2 * DAY, expires_at=None,
    )  # fmt: skip

    (standing,) = standings(contact, now=NOW)

    assert (standing.wave, standing.planned) == (wave, planned)
    assert standing.asks_at is not None


def test_a_survey_that_is_switched_off_stands_nowhere(contact, survey):
    TriggerFactory(survey=survey, is_active=False)

    assert standings(contact, now=NOW) == []


@pytest.mark.parametrize(("kind", "event"), [("deal_won", "deal won"), ("parcel_left", "parcel left")])
def test_a_standing_names_the_event_that_its_trigger_waits_for(contact, survey, kind, event):
    TriggerFactory(survey=survey, touchpoint_kind=kind)

    (standing,) = standings(contact, now=NOW)
    page = render_to_string("followups/_standing_in_words.html", {"standing": replace(standing, verdict=ASKS)})

    assert standing.event == event
    assert f"it waits for an event ({event})" in page


def test_standings_take_as_many_queries_for_three_triggers_as_for_one(contact, survey):
    AskingPolicy.objects.update_or_create(pk=1, defaults={"company_budget": 3})
    survey.daily_maximum = 5
    survey.save()
    TriggerFactory(survey=survey)
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert len(standings(contact)) == 1
    assert len(one) <= 16
    for _ in range(2):
        TriggerFactory(survey=SurveyVersionFactory().survey)
        DealFactory(contact=contact).win()

    with CaptureQueriesContext(connection) as three:
        assert len(standings(contact)) == 3
    assert len(three) == len(one)
