"""What somebody writes to a bot answers what they had read by then, however late Telegram tells it."""

from datetime import timedelta

import pytest

from accounts import clock
from delivery.media.messenger.buttons import Action, data
from delivery.media.telegram import arrivals
from delivery.models import ChatEvent, IncomingText, Message, TelegramBot
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
CHAT = 555001


@pytest.fixture
def bot():
    return TelegramBot.objects.create(brand=BrandFactory(), token="1:x", number=7, username="plumb_bot")


def sent(bot, name, *, ago, invitation=1, **fields):
    at = clock.now() - ago
    return Message.objects.create(
        **{
            "medium": "telegram", "purpose": "invite", "to_address": bot.address_of(CHAT), "language": "uk",
            "template": "x", "status": "sent", "sent_at": at, "provider_id": f"{bot.address_of(CHAT)}:{name}",
            "idempotency_key": f"m{name}", "context": {"brand_id": bot.brand_id, "invitation": invitation},
            "created_at": at - HOUR,
        } | fields
    )  # fmt: skip


def chat():
    return {"id": CHAT, "type": "private"}


def words(*, ago, number=1, **more):
    date = int((clock.now() - ago).timestamp())
    return {"update_id": number, "message": {"message_id": 900, "chat": chat(), "date": date, "text": "9", **more}}


def press(message_id, action=Action.CHANGE, value=None, number=0):
    message = {"message_id": message_id, "chat": chat()}
    said = data(action, "x" * 22, value)
    return {"update_id": number, "callback_query": {"id": f"q{number}", "message": message, "data": said}}


def answered_by(bot, *told):
    arrivals.keep(bot, told, now=clock.now())
    return IncomingText.objects.get().answers


def test_they_answer_what_went_before_them(bot):
    first = sent(bot, 1, ago=3 * HOUR)
    sent(bot, 2, ago=HOUR)

    assert answered_by(bot, words(ago=2 * HOUR)) == first


def test_what_went_since_does_not_end_the_question_that_was_pressed(bot):
    first = sent(bot, 1, ago=3 * HOUR)
    sent(bot, 2, ago=HOUR, purpose="reply")

    assert answered_by(bot, press(1), words(ago=2 * HOUR)) == first


def test_the_clock_of_telegram_may_be_behind(bot):
    asked = sent(bot, 1, ago=timedelta())

    assert answered_by(bot, words(ago=timedelta(seconds=20))) == asked


def test_the_newest_by_then_may_be_two_months_old(bot):
    sent(bot, 1, ago=timedelta(days=61))

    assert answered_by(bot, words(ago=timedelta())) is None


def test_what_telegram_dates_before_it_can_tell_has_no_date(bot):
    newest = sent(bot, 1, ago=HOUR)

    assert answered_by(bot, words(ago=timedelta(days=5))) == newest


@pytest.mark.parametrize("replies", [True, False])
def test_a_word_of_the_chat_about_an_ask_speaks_of_that_ask(bot, replies):
    first = sent(bot, 1, ago=5 * HOUR)
    sent(bot, 2, ago=4 * HOUR, invitation=2)
    sent(bot, 3, ago=3 * HOUR, purpose="echo")
    told = words(ago=timedelta(), **({"reply_to_message": {"message_id": 3}} if replies else {}))

    assert answered_by(bot, *([] if replies else [press(3, Action.GO_ON, 2)]), told) == first


def test_after_the_last_question_no_press_asks(bot):
    sent(bot, 1, ago=5 * HOUR)
    arrivals.keep(bot, [press(1, Action.WITH_OPTION, 12)], now=clock.now() - HOUR)
    ChatEvent.objects.update(became="done")
    newest = sent(bot, 2, ago=2 * HOUR, purpose="reply")

    assert answered_by(bot, words(ago=timedelta(), number=2)) == newest
