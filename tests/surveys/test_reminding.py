from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Holiday
from delivery import composers
from delivery.models import Message
from responses.page.mailbox_wishes import unsubscribe
from surveys.fates.delivery_news import sync
from surveys.judging.reminders import Reminded
from surveys.models import Hold, Invitation, Judgement
from surveys.services import judge_due, plan_invitations, remind_due
from tests.factories import (
    InvitationFactory,
    SurveyFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)
from tests.noes import bounce, move_to, object_to

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius
DAY = timedelta(days=1)


@pytest.fixture
def trigger():
    return TriggerFactory(survey=SurveyVersionFactory().survey, asks_since=NOW - 365 * DAY, reminder_days=[2, 7, 14])


def asked(trigger, **fields):
    """An invitation that was sent at NOW."""
    touchpoint = TouchpointFactory(occurred_at=NOW - trigger.delay, **fields)
    plan_invitations(now=NOW)
    Invitation.objects.filter(touchpoint=touchpoint).update(due_at=NOW)
    judge_due(now=NOW)
    Message.objects.update(status="sent", sent_at=NOW, has_news=True)
    sync()
    return Invitation.objects.get(touchpoint=touchpoint)


def reminders():
    return Message.objects.filter(purpose="reminder").order_by("pk")


def test_an_ask_notes_when_its_first_reminder_is_wanted(trigger):
    invitation = asked(trigger)

    assert (invitation.reminders_left, invitation.remind_at) == (3, NOW + 2 * DAY)
    assert remind_due(now=NOW + 2 * DAY - timedelta(seconds=1)) == Reminded()


def test_a_reminder_goes_out_with_its_own_letter_and_is_judged_for_the_record(trigger):
    invitation = asked(trigger, contact__language="lt")

    assert remind_due(now=NOW + 2 * DAY) == Reminded(reminded=1)

    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason) == ("sent", "")
    assert (invitation.reminders_left, invitation.remind_at) == (2, NOW + 7 * DAY)
    message = reminders().get()
    assert message.idempotency_key == f"remind-{invitation.pk}-1"
    assert (message.template, message.medium, message.language) == ("surveys.reminder", "email", "lt")
    assert (message.to_address, message.send_after) == (invitation.contact.email, NOW + 2 * DAY)
    assert invitation.sendings.filter(message=message).exists()
    judgement = Judgement.objects.get(reminder=1)
    assert (judgement.invitation, judgement.verdict, judgement.at) == (invitation, "ask", NOW + 2 * DAY)
    assert all(step["passed"] for step in judgement.trace)
    assert not {"survey_clock", "pending", "duplicate"} & {step["rule"] for step in judgement.trace}
    Invitation.objects.update(expires_at=NOW + 9999 * DAY)
    assert "Ąžuolas" in composers.compose([message])[message.pk].text


def test_reminding_twice_reminds_once(trigger):
    asked(trigger)

    assert remind_due(now=NOW + 2 * DAY) == Reminded(reminded=1)
    assert remind_due(now=NOW + 2 * DAY) == Reminded()

    assert reminders().count() == 1


def test_there_are_as_many_reminders_as_the_trigger_says_and_then_no_more(trigger):
    invitation = asked(trigger)

    for days in range(1, 30):
        while remind_due(now=NOW + days * DAY).total:
            pass

    invitation.refresh_from_db()
    assert (invitation.reminders_left, invitation.remind_at) == (0, None)
    # The fourteenth day is a Wednesday too.
    assert list(reminders().values_list("idempotency_key", "send_after")) == [
        (f"remind-{invitation.pk}-1", NOW + 2 * DAY),
        (f"remind-{invitation.pk}-2", NOW + 7 * DAY),
        (f"remind-{invitation.pk}-3", NOW + 14 * DAY),
    ]


def test_a_reminder_that_went_out_late_does_not_drag_the_next_one_close(trigger):
    invitation = asked(trigger)

    assert remind_due(now=NOW + 9 * DAY) == Reminded(reminded=1)

    invitation.refresh_from_db()
    assert invitation.remind_at == NOW + 14 * DAY


def test_days_count_from_the_moment_the_letter_left(trigger):
    invitation = asked(trigger)
    Invitation.objects.update(sent_at=NOW + DAY)

    assert remind_due(now=NOW + 2 * DAY) == Reminded(deferred=1)

    invitation.refresh_from_db()
    assert invitation.remind_at == NOW + 5 * DAY - timedelta(hours=4)  # the third day is a Saturday; Monday 09:00


@pytest.mark.parametrize("status", ["queued", "answered", "failed", "expired", "suppressed"])
def test_only_what_arrived_and_is_unanswered_is_reminded_of(trigger, status):
    asked(trigger)
    asked_at = NOW if status in ("answered", "expired") else None
    Invitation.objects.update(status=status, reason="cancelled", asked_at=asked_at)

    assert remind_due(now=NOW + 2 * DAY) == Reminded()

    assert reminders().count() == 0


@pytest.mark.parametrize(
    ("reason", "spoil"),
    [
        ("do_not_contact", lambda i: unsubscribe(i)),
        ("bounced", lambda i: bounce(i.contact, at=NOW)),
        ("objected", lambda i: object_to(i.contact)),
        ("no_address", lambda i: move_to(i.contact)),
        ("cancelled", lambda i: type(i.touchpoint).objects.update(cancelled_at=NOW)),
        ("switched_off", lambda i: type(i.trigger).objects.update(reminder_days=[])),
        ("switched_off", lambda i: type(i.survey).objects.update(status="archived")),
        ("expired", lambda i: Invitation.objects.update(expires_at=NOW + DAY)),
        ("too_late", lambda i: Invitation.objects.update(sent_at=NOW - 20 * DAY)),
    ],
)
def test_what_ends_the_reminders(trigger, reason, spoil):
    invitation = asked(trigger)
    spoil(invitation)

    assert remind_due(now=NOW + 2 * DAY) == Reminded(stopped=1)
    assert remind_due(now=NOW + 20 * DAY) == Reminded()

    invitation.refresh_from_db()
    assert (invitation.reminders_left, invitation.remind_at) == (0, None)
    assert (invitation.status, invitation.reason) == ("sent", "")
    judgement = Judgement.objects.get(reminder=1)
    assert (judgement.verdict, judgement.reason) == ("suppress", reason)
    assert reminders().count() == 0


def test_an_open_follow_up_puts_a_reminder_off(trigger):
    invitation = asked(trigger)
    Hold.place(contact_id=invitation.contact_id, cause="followup-1")

    assert remind_due(now=NOW + DAY * 2) == Reminded(deferred=1)

    Hold.release(cause="followup-1")
    invitation.refresh_from_db()
    assert invitation.remind_at == NOW + 5 * DAY - timedelta(hours=4)  # a day later is Saturday; Monday 09:00
    assert remind_due(now=invitation.remind_at) == Reminded(reminded=1)


def test_another_survey_that_asked_days_ago_puts_a_reminder_off(trigger):
    invitation = asked(trigger)
    other = SurveyVersionFactory(survey=SurveyFactory(kind="relational"))
    InvitationFactory(version=other, contact=invitation.contact, asked_at=NOW + DAY, status="answered")

    assert remind_due(now=NOW + 2 * DAY) == Reminded(deferred=1)

    invitation.refresh_from_db()
    assert invitation.remind_at == NOW + 8 * DAY


def test_a_wait_beyond_the_end_of_the_link_ends_the_reminders(trigger):
    invitation = asked(trigger)
    Invitation.objects.update(expires_at=NOW + 3 * DAY)
    Hold.place(contact_id=invitation.contact_id, cause="followup-1")

    assert remind_due(now=NOW + 2 * DAY) == Reminded(stopped=1)


def test_a_holiday_puts_a_reminder_off(trigger):
    invitation = asked(trigger)
    Holiday.objects.create(date=date(2026, 7, 3), name="Day off")

    assert remind_due(now=NOW + 2 * DAY) == Reminded(deferred=1)

    invitation.refresh_from_db()
    assert invitation.remind_at == datetime(2026, 7, 6, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "opens_at"),
    [
        # The clock jumps from 03:00 to 04:00: what is 04:50 in winter is after the close of 05:00 by then.
        (datetime(2026, 3, 29, 2, 50, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),
        # 03:30 comes twice; the first one opens the window.
        (datetime(2026, 10, 25, 0, 20, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_reminder_keeps_to_the_window_over_both_clock_changes(trigger, wanted, opens_at):
    invitation = asked(trigger)
    type(trigger).objects.update(window_start=time(3, 30), window_end=time(5), window_weekdays=[1, 2, 3, 4, 5, 6, 7])
    Invitation.objects.update(sent_at=wanted - 2 * DAY, expires_at=wanted + 9 * DAY, remind_at=wanted)

    assert remind_due(now=wanted) == Reminded(deferred=1)

    invitation.refresh_from_db()
    assert invitation.remind_at == opens_at
    assert remind_due(now=opens_at) == Reminded(reminded=1)


def test_a_reminder_on_its_way_is_called_off_by_an_answer_and_by_a_bounce(trigger):
    invitation = asked(trigger)
    remind_due(now=NOW + 2 * DAY)
    message = reminders().get()

    Invitation.objects.update(status="answered")
    answered = composers.compose([message])[message.pk]
    Invitation.objects.update(status="sent", expires_at=NOW + 9999 * DAY)
    bounce(invitation.contact, at=NOW)
    bounced = composers.compose([message])[message.pk]

    assert (answered.called_off, str(answered)) == (True, "The customer has answered already.")
    assert (bounced.called_off, str(bounced)) == (True, "The address cannot be reached any more.")


def test_reminding_takes_as_many_queries_for_three_as_for_one(trigger):
    asked(trigger)
    with CaptureQueriesContext(connection) as one:
        assert remind_due(now=NOW + 2 * DAY) == Reminded(reminded=1)
    for _ in range(3):
        asked(trigger)

    with CaptureQueriesContext(connection) as three:
        assert remind_due(now=NOW + 2 * DAY) == Reminded(reminded=3)

    assert len(three) == len(one)
