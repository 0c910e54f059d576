"""A row at which a batch of asking breaks is set aside with its reason, stops no other, and can be tried again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts import setaside
from accounts.models import SetAsideRow
from delivery.models import Message
from surveys.fates.delivery_news import sync
from surveys.judging.reminders import Reminded
from surveys.models import Invitation, Judgement
from surveys.planning import triggers
from surveys.services import Judged, judge_due, plan_invitations, remind_due
from tests.bad_rows import FIRST_MOMENT, extreme_contact, extreme_touchpoint, heal, poison, set_aside
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory, WaveFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius
DAY = timedelta(days=1)


@pytest.fixture
def trigger():
    return TriggerFactory(survey=SurveyVersionFactory().survey, asks_since=FIRST_MOMENT, reminder_days=[2])


@pytest.fixture
def touchpoints(trigger):
    """Two like any other, one at the limits of what is legal."""
    at = NOW - trigger.delay
    return [TouchpointFactory(occurred_at=at), extreme_touchpoint(occurred_at=at), TouchpointFactory(occurred_at=at)]


@pytest.fixture
def planned(touchpoints):
    plan_invitations(now=NOW)
    Invitation.objects.update(due_at=NOW)
    return {invitation.touchpoint_id: invitation for invitation in Invitation.objects.all()}


def try_again(now):
    assert setaside.try_again(SetAsideRow.objects.all(), now=now) == 1


def test_a_touchpoint_that_cannot_be_planned_stops_no_other(trigger, touchpoints):
    bad = touchpoints[0]
    poison("surveys_invitation", f"touchpoint_id <> {bad.pk}")

    assert plan_invitations(now=NOW) == 2
    assert plan_invitations(now=NOW) == 0
    assert set_aside("planning") == [(str(trigger.pk), str(bad.pk))]
    assert "poison" in SetAsideRow.objects.get().reason

    heal("surveys_invitation")
    assert plan_invitations(now=NOW + timedelta(minutes=59)) == 0
    assert plan_invitations(now=NOW + timedelta(hours=1)) == 1
    assert set_aside("planning") == []


def test_a_touchpoint_alone_that_cannot_be_planned_leaves_its_trigger_working(trigger):
    bad = TouchpointFactory(occurred_at=NOW)
    poison("surveys_invitation", f"touchpoint_id <> {bad.pk}")
    assert plan_invitations(now=NOW) == 0

    TouchpointFactory(occurred_at=NOW)

    assert plan_invitations(now=NOW) == 1
    assert (set_aside("planning"), set_aside("triggers")) == ([(str(trigger.pk), str(bad.pk))], [])


def test_the_oldest_touchpoint_is_planned_like_any_other(trigger):
    extreme_touchpoint(occurred_at=FIRST_MOMENT)
    TouchpointFactory(occurred_at=NOW)

    assert plan_invitations(now=NOW) == 2


def test_a_trigger_that_raises_stops_none_behind_it(trigger, touchpoints, monkeypatch):
    other = TriggerFactory(survey=SurveyVersionFactory().survey, asks_since=FIRST_MOMENT)
    calendar = triggers._calendar

    def raise_for_one(asked, *rest):
        return calendar(asked, *rest) if asked != trigger else 1 / 0

    monkeypatch.setattr(triggers, "_calendar", raise_for_one)

    assert plan_invitations(now=NOW) == 3
    assert set(Invitation.objects.values_list("trigger", flat=True)) == {other.pk}
    assert set_aside("triggers") == [("", str(trigger.pk))]
    assert set_aside("planning") == []

    monkeypatch.undo()
    try_again(NOW)
    assert plan_invitations(now=NOW) == 3
    assert not SetAsideRow.objects.exists()


def test_a_contact_whose_turn_cannot_be_planned_stops_no_other_and_gets_it_when_tried_again():
    wave = WaveFactory(cadence_days=30, starts_on=date(2026, 6, 1))
    bad, *_others, _extreme = [*(ContactFactory() for _ in range(30)), extreme_contact(timezone="")]
    days = iter([datetime(2026, 6, 1, 4, tzinfo=UTC) + number * DAY for number in range(29)])
    poison("surveys_invitation", f"contact_id <> {bad.pk}")

    while not set_aside("turns"):
        plan_invitations(now=(day := next(days)))

    assert set_aside("turns") == [(str(wave.pk), str(bad.pk))]
    heal("surveys_invitation")
    try_again(day)
    assert plan_invitations(now=day) == 1
    assert plan_invitations(now=day) == 0
    assert not SetAsideRow.objects.exists()
    for later in days:
        plan_invitations(now=later)
    assert Invitation.objects.count() == 31


def test_a_wave_that_raises_stops_neither_triggers_nor_other_waves(touchpoints, monkeypatch):
    bad = WaveFactory(cadence_days=30, starts_on=NOW.date())
    monkeypatch.setattr("surveys.planning.waves._earliest", lambda wave, now: 1 / 0 if wave == bad else now.date())

    assert plan_invitations(now=NOW) == 3
    assert set_aside("waves") == [("", str(bad.pk))]


def test_an_invitation_that_cannot_be_judged_stops_no_other(planned):
    bad = planned[min(planned)]
    poison("surveys_judgement", f"invitation_id <> {bad.pk}")

    assert judge_due(now=NOW) == Judged(asked=2, set_aside=1)
    assert judge_due(now=NOW) == Judged()
    bad.refresh_from_db()
    assert (bad.status, bad.token_hash) == ("planned", None)
    assert Judgement.objects.count() == Message.objects.count() == 2
    assert set_aside("judging") == [("", str(bad.pk))]

    heal("surveys_judgement")
    try_again(NOW)
    assert judge_due(now=NOW) == Judged(asked=1)
    assert not SetAsideRow.objects.exists()


def test_an_invitation_that_is_not_due_any_more_is_not_set_aside_for_ever(planned):
    bad = planned[min(planned)]
    poison("surveys_judgement", f"invitation_id <> {bad.pk}")
    judge_due(now=NOW)

    Invitation.objects.filter(pk=bad.pk).update(status="suppressed", reason="cancelled")
    try_again(NOW)

    assert judge_due(now=NOW) == Judged()
    assert not SetAsideRow.objects.exists()


def test_a_reminder_that_cannot_be_queued_stops_no_other(planned):
    judge_due(now=NOW)
    Message.objects.update(status="sent", sent_at=NOW, has_news=True)
    sync()
    bad = planned[min(planned)]
    poison("surveys_invitationmessage", f"invitation_id <> {bad.pk}")

    assert remind_due(now=NOW + 2 * DAY) == Reminded(reminded=2, set_aside=1)
    assert remind_due(now=NOW + 2 * DAY) == Reminded()
    assert Message.objects.filter(purpose="reminder").count() == 2
    assert set_aside("reminding") == [("", str(bad.pk))]

    heal("surveys_invitationmessage")
    try_again(NOW + 2 * DAY)
    assert remind_due(now=NOW + 2 * DAY) == Reminded(reminded=1)


def test_news_that_cannot_be_taken_up_stops_no_other(planned):
    judge_due(now=NOW)
    Message.objects.update(status="sent", sent_at=NOW, has_news=True)
    bad = planned[min(planned)]
    poison("surveys_invitation", f"id <> {bad.pk}")

    assert sync() == 3
    assert sync() == 0
    assert sorted(Invitation.objects.values_list("status", flat=True)) == ["queued", "sent", "sent"]
    (message,) = Message.objects.with_news()
    assert set_aside("news") == [("", str(message.pk))]

    heal("surveys_invitation")
    try_again(NOW)
    assert sync() == 1
    assert set(Invitation.objects.values_list("status", flat=True)) == {"sent"}
    assert not SetAsideRow.objects.exists()
