"""The next medium beside reminders, other asks, and messages that a person or a gateway sends once more."""

from datetime import timedelta

import pytest

from accounts import addresses, clock
from delivery import composers, outbox
from delivery import services as delivery
from delivery.composers import Unsendable
from delivery.models import Message
from surveys.fates.delivery_news import sync
from surveys.judging.batches import Judged
from surveys.judging.fallbacks import OVERTAKEN
from surveys.models import AskingPolicy, Judgement
from surveys.services import fall_back_due, remind_due
from tests.factories import ContactFactory
from tests.surveys.test_falling_back import HOUR, NOW, PHONE, became, let_out, trail

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    """Set the clock."""

    def setting(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    setting(NOW)
    return setting


def test_two_asks_of_one_customer_do_not_fall_back_together():
    policy, _new = AskingPolicy.objects.update_or_create(
        pk=1, defaults={"floor_days": 0, "transactional_days": 0, "relational_days": 0}
    )
    contact = ContactFactory(phone=PHONE)
    for _ in range(2):
        let_out("email", "sms", contact=contact, unanswered_hours=120)
        became("sent")
    type(policy).objects.update(floor_days=2)

    assert fall_back_due(now=NOW + 120 * HOUR) == Judged(asked=1, deferred=1)

    assert Judgement.objects.filter(reason="floor").count() == 1


def test_an_ask_counts_for_the_address_by_which_it_was_made():
    invitation = let_out("sms", "email", undelivered_hours=4)

    fall_back_due(now=NOW + 4 * HOUR)

    invitation.refresh_from_db()
    letter = Message.objects.get(medium="email")
    assert invitation.address_key == addresses.short(addresses.digest("email", letter.to_address))


def test_nobody_is_reminded_of_what_may_never_have_left():
    let_out("sms", "email", unanswered_hours=4)
    became("unknown")

    fall_back_due(now=NOW + 4 * HOUR)

    assert trail() == [("sms", "invite", "unknown"), ("email", "invite", "queued")]


def test_no_reminder_follows_at_the_same_hour():
    let_out("email", "sms", unanswered_hours=72, reminder_days=[3])
    became("sent")
    fall_back_due(now=NOW + 72 * HOUR)

    assert remind_due(now=NOW + 72 * HOUR).total == 0
    assert remind_due(now=NOW + 96 * HOUR).reminded == 1


def test_media_that_are_out_of_order_do_not_take_turns_for_ever():
    let_out("sms", "email", undelivered_hours=1)
    fall_back_due(now=NOW + HOUR)
    Message.objects.filter(medium="email").update(created_at=NOW + HOUR)

    fall_back_due(now=NOW + 2 * HOUR)

    assert trail() == [("sms", "invite", "cancelled"), ("email", "invite", "queued")]


def test_what_follows_a_reminder_that_fails_is_looked_at_at_once(at):
    invitation = let_out("email", "sms", "telegram", unanswered_hours=48)
    became("sent")
    at(NOW + 48 * HOUR)
    fall_back_due(now=NOW + 48 * HOUR)
    at(NOW + 49 * HOUR)

    became("failed", failed_at=NOW + 49 * HOUR)

    invitation.refresh_from_db()
    assert (invitation.status, invitation.fall_back_at) == ("sent", NOW + 49 * HOUR)


@pytest.mark.parametrize(("later", "is_sent"), [("sent", False), ("queued", False), ("bounced", True)])
def test_what_is_tried_again_by_hand_stays_where_another_message_stands_for_it(at, later, is_sent):
    let_out("sms", "email", undelivered_hours=4)
    became("failed", failed_at=NOW)
    Message.objects.filter(medium="email").update(
        status=later, sent_at=NOW, failed_at=NOW if later == "bounced" else None
    )
    assert delivery.retry(Message.objects.filter(medium="sms")) == 1
    at(NOW + timedelta(minutes=1))

    [text] = composers.compose(outbox.claim("sms", limit=5, now=clock.now())).values()

    is_overtaken = isinstance(text, Unsendable) and str(text) == OVERTAKEN
    assert is_overtaken is not is_sent


def test_a_reminder_that_left_by_another_medium_stands_for_the_letter_that_comes_back(at):
    invitation = let_out("email", "sms", unanswered_hours=48)
    became("sent")
    at(NOW + 48 * HOUR)
    fall_back_due(now=NOW + 48 * HOUR)
    became("sent", at=NOW + 48 * HOUR)

    for _ in range(2):
        Message.objects.filter(medium="email").update(status="bounced", failed_at=NOW, bounce="hard", has_news=True)
        sync()

    assert trail() == [("email", "invite", "bounced"), ("sms", "reminder", "sent")]
    invitation.refresh_from_db()
    assert (invitation.status, invitation.medium, invitation.asked_at) == ("sent", "sms", NOW + 48 * HOUR)


def test_a_reminder_that_waits_becomes_the_ask_where_the_letter_comes_back(at):
    let_out("email", "sms", unanswered_hours=48)
    became("sent")
    at(NOW + 48 * HOUR)
    fall_back_due(now=NOW + 48 * HOUR)

    Message.objects.filter(medium="email").update(status="bounced", failed_at=NOW, bounce="hard", has_news=True)
    sync()

    assert trail() == [("email", "invite", "bounced"), ("sms", "reminder", "cancelled"), ("sms", "invite", "queued")]


def test_what_stood_for_the_ask_and_is_lost_too_is_followed_as_the_ask_would_be(at):
    contact = ContactFactory(phone=PHONE, written_down__emails=["a@shop.example", "b@shop.example"])
    let_out("email", "sms", contact=contact, unanswered_hours=48)
    became("sent")
    at(NOW + 48 * HOUR)
    fall_back_due(now=NOW + 48 * HOUR)
    became("sent", at=NOW + 48 * HOUR)
    Message.objects.filter(medium="email").update(status="bounced", failed_at=NOW, bounce="hard", has_news=True)
    sync()

    became("failed", failed_at=NOW)

    assert trail()[2:] == [("email", "invite", "queued")]
    assert Message.objects.last().to_address == "b@shop.example"
