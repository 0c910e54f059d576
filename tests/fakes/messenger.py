"""The chats of a demo, in Telegram and WhatsApp: what was written and what people answer, as a page and as JSON."""

import argparse
import itertools
import re
import threading
import time
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

from tests.fakes import page
from tests.fakes.provider import Refusal, form_of
from tests.fakes.telegram import TOKEN, USERNAME, FakeTelegram, NotPossible
from tests.fakes.whatsapp import NotPossible as NotPossibleByPhone
from tests.fakes.whatsapp import caught
from tests.fakes.whatsapp.caught import CaughtWhatsApp

STYLE = page.styles("phone.css", "messenger.css")
# How many messages of a chat are shown at once; those before them are folded away.
SHOWN = 12
# What a bot did not take is told again so often; and so long a page waits for what a bot says to an act. In seconds.
REPEATS_AFTER = 2.0
WAITS = 1.5
LANGUAGES = {"en": "English", "uk": "Українська", "ru": "Русский", "lt": "Lietuvių"}
# What is asked of Meta, and what people do by WhatsApp.
META = re.compile(r"/v\d+\.\d+/")
BY_PHONE = frozenset({f"/whatsapp/{act}" for act in ("subscribe", "write", "press", "stop")})
BOT_IN_LINK = re.compile(r"(?:\bt\.me/|telegram\.me/|[?&]domain=)(\w+)")


class Messenger(FakeTelegram):
    """Chats go no further than this page, whose forms are what people do.

    It forgets them at its end, but Plumb does not: people and updates have other numbers each time that it starts.
    What is asked of Meta is answered at the same address as what is asked of Telegram.
    """

    def __init__(self, *, twice=False, **options):
        self.first = int(time.time())
        self.whatsapp = CaughtWhatsApp(twice=twice)
        super().__init__(**options)

    def server_close(self):
        super().server_close()
        self.whatsapp.server_close()

    def add_bot(self, token, username, first_name="Plumb"):
        bot = super().add_bot(token, username, first_name)
        bot.update_ids = itertools.count(self.first)
        return bot

    def __enter__(self):
        super().__enter__()
        threading.Thread(target=self._tell_again, daemon=True).start()
        return self

    def answered(self, method, url, headers, body):
        page.check_host(headers)
        if url.path.startswith("/bot"):
            return super().answered(method, url, headers, body)
        if META.match(url.path):
            return self.whatsapp.answered(method, url, headers, body)
        try:
            return self._act(url, headers, form_of(body)) if method == "POST" else self._page(url)
        except (NotPossible, NotPossibleByPhone) as reason:
            nav = '<nav><a href="/">Back to the chats</a></nav>'
            content = page.document("That is not possible", f"<p>{escape(str(reason))}</p>{nav}")
            raise Refusal(400, content, page.HTML) from reason

    def _page(self, url):
        if url.path == "/style.css":
            return page.style(STYLE)
        if url.path == "/chats":
            return 200, [described(bot, chat) for bot, chat in self.open_chats()]
        if url.path == "/whatsapp/chats":
            return 200, [caught.described(chat) for chat in self.whatsapp.open_chats()]
        if url.path == "/whatsapp/untold":
            return 200, len(self.whatsapp.untold)
        if url.path == "/":
            return 200, chats_page(self), page.HTML
        if url.path.startswith("/t.me/"):
            bot, payload = bot_and_payload(f"{url.path}?{url.query}")
            return 200, start_page(self, self.bot(bot), payload), page.HTML
        raise Refusal(404, "There is no such page.", page.PLAIN)

    def _act(self, url, headers, form):
        page.check_site(headers)
        if url.path in BY_PHONE:
            said = self._said()
            phone = self.whatsapp.act(url.path.rpartition("/")[2], form)
            self._wait_for_words(said)
            return 303, "", {"Location": f"/#{caught.anchor(phone)}" if phone else "/"}
        acts = {"/start": self._start, "/press": self._press, "/write": self._write, "/block": self._block}
        if url.path not in acts:
            raise Refusal(404, "There is no such page.", page.PLAIN)
        said = self._said()
        bot, chat_id = acts[url.path](form)
        self._wait_for_words(said)
        return 303, "", {"Location": f"/#{anchor(bot, self.chat(chat_id, bot))}"}

    def _start(self, form):
        name, payload = bot_and_payload(form.get("link", ""))
        bot, chat_id = self.bot(name), number_of(form.get("person")) or self._next_person()
        self.start(chat_id, payload, bot=bot, first_name=form.get("name", "") if chat_id not in self.people else "",
                   language_code=form.get("language", ""))  # fmt: skip
        return bot, chat_id

    def _press(self, form):
        bot, chat_id = self._whose(form)
        self.press(chat_id, form.get("data"), message_id=number_of(form.get("message_id")), bot=bot)
        return bot, chat_id

    def _write(self, form):
        bot, chat_id = self._whose(form)
        self.write(chat_id, form.get("text", ""), bot=bot)
        return bot, chat_id

    def _block(self, form):
        """Block a bot; with `undo`, let it in again."""
        bot, chat_id = self._whose(form)
        (self.unblock if form.get("undo") else self.block)(chat_id, bot=bot)
        return bot, chat_id

    def _whose(self, form):
        """Return whose chat a form is about, on whose screen no notice is left."""
        bot, chat_id = self.bot(form.get("bot")), number_of(form.get("chat_id"))
        self.chat(chat_id, bot).notices.clear()
        return bot, chat_id

    def open_chats(self):
        """Return each bot with each of its chats, the newest chat first."""
        return [(bot, chat) for bot in self.bots.values() for chat in reversed(bot.chats.values())]

    def _next_person(self):
        return max([self.first - 1, *self.people]) + 1

    def _said(self):
        """Return how often a bot has called or a number has written."""
        return len(self.calls) + len(self.whatsapp.sent)

    def _wait_for_words(self, said):
        """Wait a moment, until our side has said something and then says no more."""
        until = time.monotonic() + WAITS
        while time.monotonic() < until and not self.over.wait(0.1):
            if self._said() > said:
                said, until = self._said(), min(until, time.monotonic() + 0.3)

    def _tell_again(self):
        while not self.over.wait(REPEATS_AFTER):
            for bot in list(self.bots.values()):
                self.deliver(bot)
            self.whatsapp.tell_again()


def bot_and_payload(link):
    """Return the bot's name and the payload of a link that starts it."""
    found = BOT_IN_LINK.search(link)
    if found is None:
        raise NotPossible("That is no link to a bot. One looks like https://t.me/name_of_the_bot?start=payload.")
    return found[1], parse_qs(urlsplit(link.strip()).query).get("start", [""])[0]


def number_of(value):
    return int(value) if value and value.isdigit() else None


def described(bot, chat):
    messages = [
        {"message_id": message.message_id, "from_bot": message.from_bot, "text": words_of(message),
         "keyboard": message.keyboard}
        for message in chat.messages
    ]  # fmt: skip
    return {"chat_id": chat.id, "bot": bot.username, "bot_id": bot.id, "name": chat.name, "is_blocked": chat.is_blocked,
            "notices": chat.notices, "messages": messages}  # fmt: skip


def words_of(message):
    if "photo" in message.extra:
        return f"[photo] {message.extra.get('caption', '')}".strip()
    return "[voice]" if "voice" in message.extra else message.text


def chats_page(messenger):
    chats, by_phone = messenger.open_chats(), messenger.whatsapp.open_chats()
    empty = (
        '<p class="empty">No chats yet. Open a link to the bot in Plumb, or paste one above. What is said here goes '
        "no further.</p>"
    )
    cards = "".join(chat_card(bot, chat) for bot, chat in chats) + caught.cards(messenger.whatsapp)
    return page.document(
        f"Caught chats ({len(chats) + len(by_phone)})",
        '<nav><a href="/">Look again</a> <a href="/chats">As JSON</a></nav>'
        + start_form(messenger)
        + caught.write_form()
        + caught.untold(messenger.whatsapp)
        + (f'<div class="chats">{cards}</div>' if cards else empty),
    )


def start_page(messenger, bot, payload):
    nav = '<nav><a href="/">All chats</a></nav>'
    return page.document(f"Start {bot.first_name}?", nav + start_form(messenger, link_to(bot, payload)))


def link_to(bot, payload):
    return f"https://t.me/{bot.username}" + (f"?start={quote(payload)}" if payload else "")


def start_form(messenger, link=""):
    people = "".join(
        f'<option value="{person.id}">{escape(person.first_name)} ({person.id})</option>'
        for person in messenger.people.values()
    )
    languages = "".join(f'<option value="{code}">{name}</option>' for code, name in LANGUAGES.items())
    given, opening = 'placeholder="https://t.me/bot?start=…"', '<section class="start"><h2>Start a bot by its link</h2>'
    if link:
        given, opening = f'value="{escape(link)}" readonly', '<section class="start alone">'
    return (
        f'{opening}<form method="post" action="/start">'
        f'<p class="wide"><label for="link">Link</label><input id="link" name="link" required {given}></p>'
        '<p><label for="person">Who</label><select id="person" name="person"><option value="">New person</option>'
        f'{people}</select></p><p><label for="name">Name, if new</label><input id="name" name="name" '
        'maxlength="64" placeholder="Ann"></p><p><label for="language">Language</label>'
        f'<select id="language" name="language">{languages}</select></p><button>Start</button></form></section>'
    )


def anchor(bot, chat):
    return f"{bot.username}-{chat.id}"


def chat_card(bot, chat):
    key = anchor(bot, chat)
    bubbles = [bubble(bot, chat, message) for message in chat.messages]
    earlier, newest = "".join(bubbles[:-SHOWN]), "".join(bubbles[-SHOWN:])
    if earlier:
        earlier = f"<details><summary>Earlier messages ({len(bubbles) - SHOWN})</summary>{earlier}</details>"
    notice = f'<p class="notice" role="status">{escape(chat.notices[-1])}</p>' if chat.notices else ""
    untold = [update for update in bot.pending if update.chat_id == chat.id] if bot.webhook else []
    untaken = f'<p class="untaken">Not taken by the bot yet: {len(untold)}. It is told again.</p>' if untold else ""
    return (
        f'<article id="{key}" aria-labelledby="h-{key}"><header><span class="face" aria-hidden="true">'
        f'{escape(chat.name[:1])}</span><h2 id="h-{key}">{escape(chat.name)} <small>with @{bot.username} · {chat.id}'
        f"</small></h2></header>{earlier}{newest}{notice}{untaken}{answer_forms(bot, chat, key)}</article>"
    )


def bubble(bot, chat, message):
    edited = " <small>edited</small>" if message.edits else ""
    side = "text" if message.from_bot else "answer"
    words = f'<p class="{side}" dir="auto">{page.linked(words_of(message))}{edited}</p>'
    rows = "".join(f"<div>{''.join(map(button, row))}</div>" for row in message.keyboard)
    if not rows:
        return words
    hidden = whose(bot, chat) + f'<input type="hidden" name="message_id" value="{message.message_id}">'
    return f'{words}<form class="keyboard" method="post" action="/press">{hidden}{rows}</form>'


def button(known):
    label = escape(known["text"])
    if "url" in known:
        return f'<a href="{escape(known["url"])}" target="_blank" rel="noreferrer">{label}</a>'
    return f'<button name="data" value="{escape(known["callback_data"])}">{label}</button>'


def answer_forms(bot, chat, key):
    if chat.is_blocked:
        return (
            f'<form class="acts" method="post" action="/block">{whose(bot, chat)}<p>{escape(chat.name)} has blocked '
            'this bot.</p><button class="quiet" name="undo" value="1">Unblock</button></form>'
        )
    return (
        f'<form method="post" action="/write">{whose(bot, chat)}<label for="w-{key}">Message from '
        f'{escape(chat.name)}</label><input id="w-{key}" name="text" required maxlength="4096" autocomplete="off">'
        f'<button>Send</button></form><div class="acts"><form method="post" action="/write">{whose(bot, chat)}'
        '<button class="quiet" name="text" value="/stop">Send /stop</button></form>'
        f'<form method="post" action="/block">{whose(bot, chat)}<button class="quiet">Block the bot</button>'
        "</form></div>"
    )


def whose(bot, chat):
    return (
        f'<input type="hidden" name="bot" value="{bot.username}"><input type="hidden" name="chat_id" value="{chat.id}">'
    )


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8028)
    options.add_argument("--token", default=TOKEN)
    options.add_argument("--username", default=USERNAME)
    options.add_argument("--twice", action="store_true", help="tell everything of WhatsApp twice, in any order")
    given = options.parse_args()
    with Messenger(port=given.port, token=given.token, username=given.username, twice=given.twice):
        threading.Event().wait()


if __name__ == "__main__":
    main()
