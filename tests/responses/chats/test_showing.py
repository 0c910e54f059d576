"""What the chat shows after a press: later where Telegram takes nothing now, and one chat holds up no other."""

from datetime import timedelta

import pytest

from delivery.media.telegram import hearing
from delivery.models import ChatEvent
from delivery.seats import HeldSeat
from responses.chats import presses, showing, views
from tests.fakes.telegram import too_many
from tests.responses.chats.conversation import CHAT, asked, joined, shown

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = 777


@pytest.fixture
def two_pressed(telegram, bot):
    """Two customers pressed, and nothing of that is shown."""
    first = asked(joined(telegram, bot), bot)
    asked(joined(telegram, bot, chat=OTHER), bot)
    telegram.press(CHAT, "9")
    telegram.press(OTHER, "8")
    hearing.ask_all()
    presses.take_due()
    return first


def test_the_pause_that_telegram_wants_is_kept_by_every_worker(telegram, two_pressed):
    telegram.scripts["editMessageText"] = [too_many(30)]
    assert showing.show_due() == 0
    said = len(telegram.calls)

    showing.show_due()
    hearing.ask_all()

    assert len(telegram.calls) == said


def test_a_chat_of_which_nobody_knows_holds_up_no_other(telegram, two_pressed):
    telegram.scripts["editMessageText"] = ["hang-up-after"]

    assert showing.show_due() == 1
    assert shown(telegram, OTHER)[-1].text.startswith("You chose 8.")
    assert showing.show_due() == 1
    assert shown(telegram, CHAT)[-1].text.startswith("You chose 9.")


def test_what_cannot_be_written_holds_up_no_other(telegram, two_pressed, monkeypatch):
    real = views.why

    def broken(invitation, *what, **how):
        return 1 / 0 if invitation == two_pressed else real(invitation, *what, **how)

    monkeypatch.setattr(views, "why", broken)

    assert showing.show_due() == 1
    assert shown(telegram, OTHER)[-1].text.startswith("You chose 8.")
    assert ChatEvent.objects.untold().count() == 1


def test_what_was_shown_before_a_pause_is_not_shown_again(telegram, two_pressed):
    telegram.scripts["answerCallbackQuery"] = [None, too_many(30)]
    showing.show_due()

    assert [event.chat.partition(":")[2] for event in ChatEvent.objects.untold()] == [str(OTHER)]


def test_the_presses_of_one_chat_stay_in_order(telegram, two_pressed):
    telegram.scripts["editMessageText"] = ["hang-up-after"]
    telegram.press(CHAT, "4")
    hearing.ask_all()
    presses.take_due()
    telegram.scripts["answerCallbackQuery"] = ["hang-up-after"]

    showing.show_due()
    assert ChatEvent.objects.untold().filter(chat__endswith=f":{CHAT}").count() == 2
    showing.show_due()
    assert shown(telegram, CHAT)[-1].text.startswith("You chose 4.")


def test_who_lost_the_seat_shows_nothing_more(telegram, two_pressed, monkeypatch):
    monkeypatch.setattr(HeldSeat, "keep", lambda _seat: False)

    assert showing.show_due() == 0
    assert ChatEvent.objects.untold().count() == 2


def test_what_is_too_old_is_left_as_it_is(telegram, two_pressed):
    for event in ChatEvent.objects.untold():
        event.arrived_at -= timedelta(hours=2)
        event.save()

    showing.show_due()

    assert not ChatEvent.objects.untold().exists()
    assert shown(telegram, CHAT)[-1].text.startswith("Hello")
