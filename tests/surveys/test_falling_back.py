"""The next medium asks where a message does not arrive or is not answered in time."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.address_health import Bounce, charge_bounces
from delivery.models import Message, TextGateway
from surveys.fates.delivery_news import sync
from surveys.judging.batches import Judged
from surveys.judging.fallback_times import LOOK_AGAIN
from surveys.judging.fallbacks import OVERTAKEN
from surveys.models import Judgement
from surveys.services import fall_back_due, judge_due, plan_invitations, remind_due
from tests.factories import (
    ContactFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)
from tests.noes import object_to, opt_out

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius
HOUR = timedelta(hours=1)
PHONE = "+37060000007"
SECOND = timedelta(seconds=1)


def let_out(*media, now=NOW, contact=None, **fields):
    """Return an ask that was let out at NOW and whose message still waits in the outbox."""
    trigger = TriggerFactory(
        survey=SurveyVersionFactory().survey,
        asks_since=now - timedelta(days=365),
        media=list(media),
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
        **fields,
    )
    touchpoint = TouchpointFactory(
        contact=contact or ContactFactory(phone=PHONE), occurred_at=now - trigger.delay - HOUR
    )
    plan_invitations(now=now)
    trigger.invitations.update(due_at=now)
    assert judge_due(now=now).asked == 1
    Message.objects.update(created_at=now)
    return trigger.invitations.get(touchpoint=touchpoint)


def became(status, *, at=NOW, **fields):
    """Let the newest message become so."""
    newest = Message.objects.order_by("-pk").first()
    moments = {"sent_at": at} if status in ("sent", "delivered") else {}
    Message.objects.filter(pk=newest.pk).update(status=status, has_news=True, **moments, **fields)
    sync()


def trail():
    return list(Message.objects.order_by("pk").values_list("medium", "purpose", "status"))


@pytest.fixture
def receipts():
    """A gateway that says what arrives."""
    return TextGateway.objects.create(name="Texts", provider="twilio", sender="Plumb", secret="s")


def test_who_has_not_answered_in_time_is_reminded_by_the_next_medium_once():
    invitation = let_out("email", "sms", unanswered_hours=48)
    became("sent")

    assert fall_back_due(now=NOW + 48 * HOUR - SECOND) == Judged()
    assert fall_back_due(now=NOW + 48 * HOUR) == Judged(asked=1)
    assert fall_back_due(now=NOW + 48 * HOUR) == Judged()

    assert trail() == [("email", "invite", "sent"), ("sms", "reminder", "queued")]
    assert Message.objects.last().to_address == PHONE
    invitation.refresh_from_db()
    assert (invitation.medium, invitation.status) == ("email", "sent")
    judgement = Judgement.objects.order_by("-pk").first()
    assert (judgement.verdict, judgement.reminder) == ("ask", 1)


def test_after_the_last_medium_nothing_follows():
    let_out("email", "sms", unanswered_hours=24)
    became("sent")
    fall_back_due(now=NOW + 24 * HOUR)
    became("sent", at=NOW + 24 * HOUR)

    fall_back_due(now=NOW + 100 * HOUR)

    assert len(trail()) == 2
    assert Judgement.objects.count() == 2


@pytest.mark.parametrize("status", ["answered", "expired", "suppressed", "failed"])
def test_what_is_over_is_not_asked_again(status):
    invitation = let_out("email", "sms", unanswered_hours=24)
    became("sent")
    reason = {"reason": "cancelled"} if status == "suppressed" else {}
    asked_at = {"asked_at": None} if status in ("failed", "suppressed") else {}
    type(invitation).objects.update(status=status, **reason, **asked_at)

    assert fall_back_due(now=NOW + 24 * HOUR) == Judged()


def test_a_text_that_does_not_arrive_is_followed_by_a_letter_that_asks(receipts):
    invitation = let_out("sms", "email", undelivered_hours=4)
    became("sent")

    fall_back_due(now=NOW + 4 * HOUR)

    assert trail() == [("sms", "invite", "sent"), ("email", "invite", "queued")]
    invitation.refresh_from_db()
    assert invitation.medium == "email"
    assert invitation.asked_at == NOW


def test_a_text_that_arrived_is_followed_by_none(receipts):
    let_out("sms", "email", undelivered_hours=4)
    became("delivered", delivered_at=NOW + HOUR)

    assert fall_back_due(now=NOW + 4 * HOUR) == Judged(deferred=1)
    assert fall_back_due(now=NOW + 400 * HOUR) == Judged()
    assert len(trail()) == 1


def test_silence_means_nothing_where_nobody_says_what_arrives():
    TextGateway.objects.create(name="Texts", provider="generic", sender="Plumb", secret="s")
    let_out("sms", "email", undelivered_hours=4)
    became("sent")

    fall_back_due(now=NOW + 4 * HOUR)

    assert len(trail()) == 1


def test_what_still_waits_in_the_outbox_is_called_off_for_the_next_medium():
    invitation = let_out("sms", "email", undelivered_hours=4)

    fall_back_due(now=NOW + 4 * HOUR)

    assert trail() == [("sms", "invite", "cancelled"), ("email", "invite", "queued")]
    assert Message.objects.first().error == OVERTAKEN
    became("sent", at=NOW + 5 * HOUR)
    invitation.refresh_from_db()
    assert (invitation.status, invitation.medium, invitation.asked_at) == ("sent", "email", NOW + 5 * HOUR)


def test_what_is_just_being_handed_over_is_left_alone_and_looked_at_again():
    invitation = let_out("sms", "email", undelivered_hours=4)
    Message.objects.update(status="sending", claimed_at=NOW + 4 * HOUR)

    fall_back_due(now=NOW + 4 * HOUR)

    assert trail() == [("sms", "invite", "sending")]
    invitation.refresh_from_db()
    assert invitation.fall_back_at == NOW + 4 * HOUR + LOOK_AGAIN
    assert Judgement.objects.count() == 1


def test_no_answer_is_missed_before_the_question_has_left():
    let_out("sms", "email", unanswered_hours=4)

    fall_back_due(now=NOW + 4 * HOUR)

    assert trail() == [("sms", "invite", "queued")]


def test_what_left_late_is_waited_for_from_then_on():
    let_out("email", "sms", unanswered_hours=2)
    became("sent", at=NOW + HOUR)

    assert fall_back_due(now=NOW + 2 * HOUR) == Judged(deferred=1)
    assert fall_back_due(now=NOW + 3 * HOUR) == Judged(asked=1)


def test_a_text_of_which_nobody_knows_is_never_sent_again_but_a_letter_is():
    let_out("sms", "email", undelivered_hours=4)
    became("unknown")

    fall_back_due(now=NOW + 4 * HOUR)

    assert trail() == [("sms", "invite", "unknown"), ("email", "invite", "queued")]


def test_a_letter_that_fails_after_a_text_that_left_does_not_undo_the_ask(receipts):
    invitation = let_out("sms", "email", undelivered_hours=4)
    became("sent")
    fall_back_due(now=NOW + 4 * HOUR)

    became("bounced", at=None, failed_at=NOW + 5 * HOUR, bounce="hard")

    invitation.refresh_from_db()
    assert (invitation.status, invitation.asked_at) == ("sent", NOW)


@pytest.mark.parametrize("why", ["opt-out", "objected", "bounced", "none"])
def test_no_other_medium_goes_on_after_a_no_or_where_there_is_no_address(why):
    contact = ContactFactory(phone="" if why == "none" else PHONE)
    let_out("email", "sms", contact=contact, unanswered_hours=4)
    became("sent")
    if why == "opt-out":
        opt_out(contact)
    elif why == "objected":
        object_to(contact, "sms")
    elif why == "bounced":
        charge_bounces([Bounce(("sms", PHONE), NOW, is_hard=True)], hard=1, soft=1)

    fall_back_due(now=NOW + 4 * HOUR)

    assert len(trail()) == 1
    assert fall_back_due(now=NOW + 400 * HOUR) == Judged()


def test_it_waits_for_the_hours_in_which_we_write():
    invitation = let_out("email", "sms", unanswered_hours=12)
    became("sent")

    assert fall_back_due(now=NOW + 12 * HOUR) == Judged(deferred=1)

    invitation.refresh_from_db()
    assert invitation.fall_back_at == datetime(2026, 7, 2, 6, tzinfo=UTC)
    assert Judgement.objects.order_by("-pk").first().reason == "window"
    assert fall_back_due(now=datetime(2026, 7, 2, 6, tzinfo=UTC)) == Judged(asked=1)


def test_reminders_go_on_beside_it_and_count_together():
    let_out("email", "sms", unanswered_hours=24, reminder_days=[3])
    became("sent")
    fall_back_due(now=NOW + 24 * HOUR)
    became("sent", at=NOW + 24 * HOUR)

    assert remind_due(now=NOW + 72 * HOUR).reminded == 1

    assert [row[:2] for row in trail()] == [("email", "invite"), ("sms", "reminder"), ("email", "reminder")]
    assert set(Judgement.objects.values_list("reminder", flat=True)) == {None, 1, 2}


def test_a_survey_that_is_switched_off_asks_by_no_other_medium():
    invitation = let_out("email", "sms", unanswered_hours=4)
    became("sent")
    type(invitation.survey).objects.update(status="archived")

    fall_back_due(now=NOW + 4 * HOUR)

    assert len(trail()) == 1


def test_with_one_medium_and_without_hours_nothing_is_looked_at():
    assert let_out("email", unanswered_hours=None).fall_back_at is None
    assert let_out("email", "sms").fall_back_at is None
    invitation = InvitationFactory(status="sent", fall_back_at=NOW)
    assert fall_back_due(now=NOW) == Judged(deferred=1)
    invitation.refresh_from_db()
    assert invitation.fall_back_at is None


def test_a_row_that_fails_stops_no_other(monkeypatch):
    from surveys.judging import fallbacks

    first = let_out("email", "sms", unanswered_hours=4)
    became("sent")
    let_out("email", "sms", unanswered_hours=4, contact=ContactFactory(phone="+37060000008"))
    became("sent")
    message = fallbacks._message

    def failing(invitation, *rest):
        if invitation.pk == first.pk:
            raise ValueError("of this row")
        return message(invitation, *rest)

    monkeypatch.setattr(fallbacks, "_message", failing)

    assert fall_back_due(now=NOW + 4 * HOUR) == Judged(asked=1, set_aside=1)
