"""Customers of a rehearsal use the page of caught chats, and what became of it is counted."""

import random
import threading
from pathlib import Path

import pytest

from rehearsal.chatpage import ChatPage, button
from rehearsal.missed import Missed
from rehearsal.people import People, words_of
from rehearsal.tally import Tally
from tests.fakes.messenger import Messenger
from tests.fakes.phone import Phones
from tests.fakes.telegram import USERNAME
from tests.fakes.whatsapp.chats import FakeWhatsAppMessage

LINK = f"https://t.me/{USERNAME}?start=Ab3dEf"
SCALE = [[{"text": str(score), "callback_data": f"s{score}:x"} for score in range(11)]]
OUTCOME = [[{"text": "Done", "callback_data": "d:x"}]]


@pytest.fixture
def messenger(monkeypatch):
    monkeypatch.setattr("tests.fakes.messenger.WAITS", 0)
    with Messenger() as running:
        yield running


def ask(messenger, person, keyboard=SCALE):
    told = {"chat_id": person, "text": "How likely?", "reply_markup": {"inline_keyboard": keyboard}}
    messenger.called(messenger.bot(), "sendMessage", told)


def test_the_newest_message_that_has_a_button_is_pressed(messenger):
    page = ChatPage(messenger.url)
    page.start(LINK, "Ona", person=7)
    ask(messenger, 7)
    ask(messenger, 7)

    (chat,) = page.chats()
    page.press(chat, "9")

    assert button(chat, "9") == (3, "s9:x")
    assert messenger.bot().pending[-1].content["message"]["message_id"] == 3
    with pytest.raises(Missed, match="no message in the chat of Ona has a button “11”"):
        page.press(chat, "11")


def test_people_answer_in_chats_what_they_are_counted_for(messenger):
    class Kept(Tally):
        def count(self, query, **_values):
            return sum(f"'{kind}'" in query for kind in ("start", "press"))

    with Phones() as phones:
        people = People(messenger.url, phones.url, Kept("", Path()), random.Random(3))
        people.open_chats([LINK] * 12)
        for person in messenger.people:
            ask(messenger, person)
            ask(messenger, person, OUTCOME)
        over = threading.Event()
        over.wait = lambda _seconds: len(people._finished) == len(people.scores) > 0
        people.answer(over)

    pressed = [update for update in messenger.bot().pending if update.kind == "callback_query"]
    last = {update.chat_id: update.content["data"] for update in pressed if update.content["data"] != "d:x"}
    assert people.done["start"] == 12
    assert people.done["press"] == len(pressed)
    assert {f"s{score}:x" for score in people.scores.values()} == set(last.values())
    assert people.untold() == 12 - 1 + len(pressed) - 1 + people.done["write"]


def test_people_answer_by_whatsapp_what_they_are_counted_for(messenger, monkeypatch):
    monkeypatch.setattr("rehearsal.people.BETWEEN_WORDS", 0)
    with Phones() as phones:
        people = People(messenger.url, phones.url, Tally("", Path()), random.Random(3))
        for number in range(12):
            chat = messenger.whatsapp.chat(f"+3706000000{number}")
            asked = FakeWhatsAppMessage("wamid.1", True, "How likely?", template="plumb_invitation")
            chat.messages += [asked, FakeWhatsAppMessage("wamid.2", True, "Why?", [("Done", "d:x")])]
        over = threading.Event()
        over.wait = lambda _seconds: len(people._finished) == len(people.scores) > 0
        people.answer(over)

    chats = messenger.whatsapp.chats.values()
    said = [message for chat in chats for message in chat.messages if not message.from_business]
    written = [message for message in said if message.text != "Done"]
    last = {
        chat.phone: next(message.text for message in reversed(chat.messages) if message.text.isdigit())
        for chat in chats
        if chat.phone in people.scores
    }
    assert (people.done["phone"], people.done["press"]) == (len(written), len(said) - len(written))
    assert {phone: str(score) for phone, score in people.scores.items()} == last
    assert people.words


@pytest.mark.parametrize(
    ("kept", "count"),
    [
        ([("+1", 9, "Late. Words lb")], 0),
        ([("+1", 8, "Words lb")], 1),
        ([("+1", 9, "Words lc")], 1),
        ([("+1", 9, "Words lb\nWords lb")], 1),
        ([], 1),
    ],
)
def test_an_answer_is_to_be_kept_as_it_was_given(kept, count):
    class Known(Tally):
        def rows(self, query, **_values):
            return kept

    people = People("", "", Known("", Path()), random.Random(3))
    people.scores["+1"], people.words["+1"] = 9, words_of("+1")

    assert people.differing() == count


@pytest.mark.parametrize(
    ("status", "taken", "outcome"),
    [
        ("sent", {"a": "+1"}, (0, 0)),
        ("sent", {}, (1, 0)),
        ("sent", {"a": "+1", "b": "+1"}, (0, 1)),
        ("unknown", {}, (0, 0)),
        ("unknown", {"b": "+1"}, (0, 0)),
        ("unknown", {"b": "+1", "c": "+1"}, (0, 1)),
        ("failed", {"b": "+1"}, (0, 1)),
        ("delivered", {"b": "+1"}, (0, 0)),
        ("delivered", {}, (1, 0)),
    ],
)
def test_what_a_provider_took_is_compared_with_what_we_know(status, taken, outcome):
    class Known(Tally):
        def rows(self, query, **values):
            return [("a" if status == "sent" else "", "+1", status)]

    assert Known("", Path()).handed_over("sms", taken) == outcome
