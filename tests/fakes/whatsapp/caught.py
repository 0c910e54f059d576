"""What a number said in a demo and what people answer it by WhatsApp: cards of a page, and what is done there."""

import itertools
import os
import random
import threading
import time
import urllib.error
from html import escape
from pathlib import Path

from tests.fakes import page
from tests.fakes.whatsapp import FakeWhatsApp, NotPossible

# How many messages of a chat are shown at once; those before them are folded away.
SHOWN = 12
# Within so many seconds it is told once more, where everything is.
REPEATED_WITHIN = 3.0


def now():
    """Return the seconds since 1970, as far as the clock of Plumb was moved."""
    moved = Path(os.environ.get("CLOCK_OFFSET_FILE") or os.devnull)
    return time.time() + (float(moved.read_text() or 0) if moved.exists() else 0)


class CaughtWhatsApp(FakeWhatsApp):
    """It approves whatever template is handed in, and tells again what was not taken.

    IDs are others each time that it starts, because whoever hears of them remembers. `twice`: it tells everything
    twice, in any order. Its clock is that of Plumb.
    """

    def __init__(self, *, twice=False, **options):
        self.twice = twice
        super().__init__(fates=("sent", "delivered"), **options)
        self.decides = lambda draft: ("APPROVED", draft["category"])
        self._wamids = itertools.count(int(time.time()) * 10**6)
        self.untold = []

    def _say(self, *args, at=None, **options):
        return super()._say(*args, at=at or now(), **options)

    def set_status(self, *args, at=None, **options):
        return super().set_status(*args, at=at or now(), **options)

    def post_event(self, url, raw, headers):
        if self.twice:
            threading.Timer(random.uniform(0, REPEATED_WITHIN), self._post_event, [url, raw, headers]).start()
        return self._post_event(url, raw, headers)

    def _post_event(self, url, raw, headers):
        status = self._posted(url, raw, headers)
        if not 200 <= status < 300:
            with self._lock:
                self.untold.append((url, raw, headers))
        return status

    def tell_again(self):
        """Tell once more what was not taken, in its order, until something is not taken again."""
        while self.untold:
            if not 200 <= self._posted(*self.untold[0]) < 300:
                return
            with self._lock:
                del self.untold[0]

    def _posted(self, url, raw, headers):
        try:
            return super().post_event(url, raw, headers)
        except (urllib.error.URLError, OSError):
            return 503

    def open_chats(self):
        """Return the chats in which something was said, the newest first."""
        begun = [chat for chat in self.chats.values() if chat.messages]
        return sorted(begun, key=lambda chat: chat.messages[0].sent_at, reverse=True)

    def act(self, what, form):
        """Do what a form of the page says, and return the phone it was done with, "" for what has none."""
        if what == "subscribe":
            self.subscribe(form.get("url", ""), form.get("verify_token", ""))
            return ""
        phone = "+" + form.get("phone", "").strip().removeprefix("+")
        if not phone[1:].isdecimal():
            raise NotPossible("A phone begins with + and has digits only.")
        if what == "write":
            self.write(phone, form.get("text", ""))
        elif what == "press":
            self.press(phone, form.get("label", ""), message=self.chat(phone).message(form.get("message")))
        else:
            self.stop_marketing(phone)
        return phone


def described(chat):
    messages = [
        {"id": message.id, "from_business": message.from_business, "text": message.text,
         "buttons": [list(button) for button in message.buttons]}
        for message in chat.messages
    ]  # fmt: skip
    return {"phone": chat.phone, "name": chat.name, "messages": messages}


def anchor(phone):
    return f"whatsapp-{phone.removeprefix('+')}"


def cards(whatsapp):
    return "".join(_card(whatsapp, chat) for chat in whatsapp.open_chats())


def untold(whatsapp):
    count = len(whatsapp.untold)
    return f'<p class="untaken">Not taken by WhatsApp’s webhook yet: {count}. It is told again.</p>' if count else ""


def write_form():
    """Return the form by which somebody writes who was not written to."""
    return (
        '<section class="start"><h2>Write to the number in WhatsApp</h2><form method="post" action="/whatsapp/write">'
        '<p class="wide"><label for="words">Message</label><input id="words" name="text" required maxlength="4096" '
        'autocomplete="off"></p><p><label for="phone">From the phone</label><input id="phone" name="phone" required '
        'type="tel" placeholder="+380…"></p><button>Send</button></form></section>'
    )


def _card(whatsapp, chat):
    key, number = anchor(chat.phone), whatsapp.number_of()
    bubbles = [_bubble(chat, message) for message in chat.messages]
    earlier, newest = "".join(bubbles[:-SHOWN]), "".join(bubbles[-SHOWN:])
    if earlier:
        earlier = f"<details><summary>Earlier messages ({len(bubbles) - SHOWN})</summary>{earlier}</details>"
    return (
        f'<article id="{key}" aria-labelledby="h-{key}"><header><span class="face" aria-hidden="true">W</span>'
        f'<h2 id="h-{key}">{escape(chat.phone)} <small>in WhatsApp with {escape(number.display)}</small></h2></header>'
        f"{earlier}{newest}{_answer_forms(chat, key)}</article>"
    )


def _bubble(chat, message):
    side = "text" if message.from_business else "answer"
    words = f'<p class="{side}" dir="auto">{page.linked(message.text)}</p>' if message.text else ""
    rows = "".join(f"<div>{_button(*button)}</div>" for button in message.buttons)
    if not rows:
        return words
    hidden = f'{_whose(chat)}<input type="hidden" name="message" value="{escape(message.id)}">'
    form = f'<form class="keyboard" method="post" action="/whatsapp/press">{hidden}{rows}</form>'
    opens = message.told.get("interactive", {}).get("action", {}).get("button")
    return words + (f"<details><summary>{escape(opens)}</summary>{form}</details>" if opens else form)


def _button(label, says):
    if str(says).startswith("http"):
        return f'<a href="{escape(says)}" target="_blank" rel="noreferrer">{escape(label)}</a>'
    return f'<button name="label" value="{escape(label)}">{escape(label)}</button>'


def _answer_forms(chat, key):
    return (
        f'<form method="post" action="/whatsapp/write">{_whose(chat)}<label for="w-{key}">Message from '
        f'{escape(chat.phone)}</label><input id="w-{key}" name="text" required maxlength="4096" autocomplete="off">'
        f'<button>Send</button></form><div class="acts"><form method="post" action="/whatsapp/stop">{_whose(chat)}'
        '<button class="quiet">Tell WhatsApp: no more offers</button></form></div>'
    )


def _whose(chat):
    return f'<input type="hidden" name="phone" value="{escape(chat.phone)}">'
