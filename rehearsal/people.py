"""Customers of a rehearsal who have a phone or a chat in place of a mailbox, and answer there while all breaks."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import requests

from rehearsal.chatpage import ChatPage, button
from rehearsal.missed import Missed
from rehearsal.tally import Tally

# A page of a chat waits a moment for what the bot says; so many people act meanwhile.
AT_ONCE = 12
FIRST_PERSON = 2_000_000_000
ANSWERED_SHARE = 0.6
SCORES = [str(score) for score in range(11)]
# WhatsApp dates to the second: of what is said within one nobody knows what was said last.
BETWEEN_WORDS = 2.5
# An act that was not confirmed may have been done or not.
FAULTS = (requests.RequestException, Missed)


def words_of(who: str) -> str:
    """Return words that only this person writes, with no number in them."""
    return "Words " + who.translate(str.maketrans("0123456789:+", "abcdefghijkl"))


class People:
    """`done` counts the acts that were confirmed, by kind, `tried` all; `scores` is what each said last."""

    def __init__(self, chat_url: str, text_url: str, tally: Tally, dice: random.Random) -> None:
        self.page = ChatPage(chat_url)
        self.text_url = text_url
        self.tally = tally
        self.dice = dice
        self.done: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()
        # The last score pressed, by chat, and texted, by number; words that were written, by who wrote them.
        self.scores: dict[str, int] = {}
        self.words: dict[str, str] = {}
        self._looked_at: set[str] = set()
        self._finished: set[str] = set()
        self._lock = threading.Lock()

    def open_chats(self, links: Iterable[str]) -> None:
        """Let each press Start in a link of their own."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._open, links, range(FIRST_PERSON, FIRST_PERSON + 10**6)))

    def answer(self, over: threading.Event) -> None:
        """Answer a share of what comes, until it is over: presses, changes of mind, words, texts."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while not over.wait(0.5):
                with contextlib.suppress(requests.RequestException):
                    texts = requests.get(f"{self.text_url}/texts", timeout=15).json()
                    acts = [act for chat in self.page.chats() if (act := self._act_in(chat))]
                    acts += [act for chat in self.page.phones() if (act := self._act_by_phone(chat))]
                    acts += [act for text in texts if (act := self._act_on(text))]
                    list(pool.map(lambda act: act(), acts))

    def untold(self) -> int:
        """Return how many confirmed acts are not in the database."""
        return sum(max(self.done[kind] - kept, 0) for kind, kept in self._kept().items())

    def invented(self) -> int:
        """Return how many acts more than anybody tried are in the database."""
        return sum(max(kept - self.tried[kind], 0) for kind, kept in self._kept().items())

    def differing(self) -> int:
        """Return how many answers are not kept as they were given: the last score, the words once."""
        kept = {
            address: (score, comment)
            for address, score, comment in self.tally.rows(
                """SELECT m.to_address, r.score, r.comment FROM responses_response r
                JOIN surveys_invitationmessage s USING (invitation_id) JOIN delivery_message m ON m.id = s.message_id
                WHERE m.medium IN ('sms', 'telegram', 'whatsapp') AND m.purpose = 'invite'"""
            )
        }
        return sum(not self._is_as_given(who, *kept.get(who, (None, ""))) for who in self.scores)

    def _is_as_given(self, who: str, score: int | None, comment: str) -> bool:
        words = self.words.get(who)
        return score == self.scores[who] and (words is None or comment.count(words) == 1)

    def _kept(self) -> dict[str, int]:
        count = self.tally.count
        return {
            "start": count("SELECT count(*) FROM delivery_chatevent WHERE kind = 'start'"),
            "press": count("SELECT count(*) FROM delivery_chatevent WHERE kind = 'press'"),
            "write": count("SELECT count(*) FROM delivery_incomingtext WHERE bot_id IS NOT NULL"),
            "text": count("SELECT count(*) FROM delivery_incomingtext WHERE gateway_id IS NOT NULL"),
            "phone": count("SELECT count(*) FROM delivery_incomingtext WHERE whatsapp_id IS NOT NULL"),
        }

    def _open(self, link: str, person: int) -> None:
        if not self._do("start", lambda: self.page.start(link, "Ona", person=person)):
            raise Missed(f"{person} could not open a chat")

    def _act_in(self, chat: dict[str, Any]) -> Callable[[], object] | None:
        """Return what a person does next in a chat, if anything."""
        who = f"{chat['bot_id']}:{chat['chat_id']}"
        if who not in self._looked_at and button(chat, "9"):
            self._looked_at.add(who)
            return (lambda: self._score(chat, who)) if self.dice.random() < ANSWERED_SHARE else None
        if who not in self.scores or who in self._finished or not button(chat, "Done"):
            return None
        if who not in self.words and self.dice.random() < 0.5:
            return lambda: self._write(chat, who)
        self._finished.add(who)
        return lambda: self._do("press", lambda: self.page.press(chat, "Done"))

    def _score(self, chat: dict[str, Any], who: str) -> None:
        """Press a score; some tap twice, some think better of it at once."""
        first = self.dice.choice(SCORES)
        for label in self.dice.choice([[first], [first, first], [first, self.dice.choice(SCORES)]]):
            if self._do("press", partial(self.page.press, chat, label)):
                self.scores[who] = int(label)

    def _write(self, chat: dict[str, Any], who: str) -> None:
        words = words_of(who)
        if self._do("write", lambda: self.page.write(chat, words)):
            self.words[who] = words

    def _act_by_phone(self, chat: dict[str, Any]) -> Callable[[], object] | None:
        """Return what a person does next by WhatsApp, if anything."""
        who = str(chat["phone"])
        if who not in self._looked_at:
            self._looked_at.add(who)
            return (lambda: self._score_by_phone(who)) if self.dice.random() < ANSWERED_SHARE else None
        is_asked = any(label == "Done" for message in chat["messages"] for label, _says in message["buttons"])
        if who not in self.scores or who in self._finished or not is_asked:
            return None
        if who not in self.words and self.dice.random() < 0.5:
            return lambda: self._write_by_phone(who)
        self._finished.add(who)
        return lambda: self._do("press", lambda: self.page.press_on(who, "Done"))

    def _score_by_phone(self, who: str) -> None:
        """Write a score; some write it twice, some think better of it."""
        first = self.dice.choice(SCORES)
        for score in self.dice.choice([[first], [first, first], [first, self.dice.choice(SCORES)]]):
            if self._do("phone", partial(self.page.write_from, who, score)):
                self.scores[who] = int(score)
            time.sleep(BETWEEN_WORDS)

    def _write_by_phone(self, who: str) -> None:
        words = words_of(who)
        if self._do("phone", lambda: self.page.write_from(who, words)):
            self.words[who] = words

    def _act_on(self, text: dict[str, Any]) -> Callable[[], object] | None:
        who = str(text["to"])
        if who in self._looked_at:
            return None
        self._looked_at.add(who)
        return (lambda: self._text_back(text, who)) if self.dice.random() < ANSWERED_SHARE else None

    def _text_back(self, text: dict[str, Any], who: str) -> None:
        score, words = self.dice.choice(SCORES), words_of(who)
        if self._do("text", lambda: self._post_text(text["id"], f"{score} {words}")):
            self.scores[who], self.words[who] = int(score), words

    def _post_text(self, sid: str, words: str) -> None:
        form = {"id": sid, "text": words}
        answer = requests.post(f"{self.text_url}/answer", data=form, timeout=15, allow_redirects=False)
        answer.raise_for_status()

    def _do(self, kind: str, act: Callable[[], object]) -> bool:
        with self._lock:
            self.tried[kind] += 1
        try:
            act()
        except FAULTS:
            return False
        with self._lock:
            self.done[kind] += 1
        return True
