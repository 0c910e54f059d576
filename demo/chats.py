"""Chats where nothing real is said: a stand-in for Telegram of this machine holds them, and shows what people do."""

import time
from collections.abc import Iterator
from urllib.parse import urlencode

from accounts.media import Medium
from accounts.models import Brand
from crm.models import Contact
from delivery.media import web
from delivery.media.telegram import hearing, joining
from delivery.models import TelegramBot
from demo import yesterday
from responses.chats import presses
from surveys.models import Invitation
from workshop.trouble import Trouble

# As the stand-in knows its bot (tests/fakes/telegram).
TOKEN = "7000000001:" + "AAF-fake_telegram_token_0123456789x"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# A worker may be asking for news just now; then it is as good. In seconds.
JOINS_WITHIN, LOOKS_EVERY = 20, 0.2


def show(url: str) -> None:
    """Let some customers open chats with the stand-in that listens at `url`, and be asked there."""
    ask_some(connect(url))


def connect(url: str) -> TelegramBot:
    """Let the first brand speak through the stand-in that listens at `url`, wherever it listened before."""
    brand = Brand.objects.earliest("pk")
    bot = TelegramBot.objects.filter(brand=brand).first() or TelegramBot(brand=brand)
    bot.token, bot.base, bot.is_active, bot.heard_up_to = TOKEN, url, True, 0
    bot.save()
    hearing.connect(bot)
    bot.save()
    return bot


def ask_some(bot: TelegramBot, count: int = yesterday.ASKED) -> list[Invitation]:
    """Let customers who have no chat yet open one, and ask them there what a consultation was like."""
    reachable = yesterday.customers(Medium.TELEGRAM).exclude(addresses__medium=Medium.TELEGRAM)
    return yesterday.ask(_joining(bot, iter(reachable)), Medium.TELEGRAM, count)


def _joining(bot: TelegramBot, contacts: Iterator[Contact]) -> Iterator[Contact]:
    """Let each open a chat by their link, as if they pressed Start in it."""
    for contact in contacts:
        form = {"link": joining.link(bot, contact.pk), "name": contact.first_name, "language": contact.language}
        web.post(f"{bot.base}/start", urlencode(form).encode(), headers=FORM, seconds=10)
        until = time.monotonic() + JOINS_WITHIN
        while not contact.addresses.filter(medium=Medium.TELEGRAM).exists():
            if time.monotonic() > until:
                raise Trouble(
                    f"Nobody could open a chat in {JOINS_WITHIN} s: {bot.error or 'the start was not taken'}."
                )
            hearing.ask_all()
            presses.take_due()
            time.sleep(LOOKS_EVERY)
        yield contact
