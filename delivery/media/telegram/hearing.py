"""How news of chats comes in: Telegram calls us where it can reach us, else we ask it."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts import clock
from accounts.batches import reason_of
from accounts.customerlanguages import spoken
from accounts.secrets import SecretUnreadable
from delivery.media import web
from delivery.media.telegram import arrivals
from delivery.media.telegram.api import ApiRefusal, BotApi
from delivery.media.telegram.carrier import OUT_OF_ORDER
from delivery.media.telegram.updates import LISTENED_TO, number_of
from delivery.models import TelegramBot
from delivery.seats import seat

log = structlog.get_logger(__name__)

# To which ports Telegram calls: “setWebhook” in its manual.
PORTS = frozenset({443, 80, 88, 8443})
AT_ONCE = 50
# How long one round may go on asking, in seconds.
SECONDS = 20.0
# How often it is noted that a bot was heard of.
NOTED = timedelta(minutes=1)
# How often it is logged that a bot is out of order, in seconds.
TOLD_EVERY = 3600
FAULTS = (ApiRefusal, web.Forbidden, web.NotReached, web.NotAnswered, SecretUnreadable)


def take(told: Sequence[Mapping[str, Any]], *, bot: TelegramBot, now: datetime) -> None:
    """Keep what was told of the chats of a bot."""
    arrivals.keep(bot, told, now=now)
    if bot.heard_at is None or now - bot.heard_at > NOTED:
        bot.heard_at = now
        bot.save(update_fields=["heard_at"])


def connect(bot: TelegramBot) -> None:
    """Learn who the bot is, and settle how its news come in; the caller saves it then. Raises one of FAULTS."""
    api = BotApi(bot)
    me = api.call("getMe")
    bot.number, bot.username = int(me["id"]), str(me["username"])
    if TelegramBot.objects.filter(number=bot.number).exclude(pk=bot.pk).exists():
        raise ApiRefusal(409, gettext("This bot speaks for another brand already: each brand has one of its own."))
    if can_be_called():
        bot.hearing = TelegramBot.Hearing.WEBHOOK
        api.call(
            "setWebhook",
            url=settings.BASE_URL + reverse("telegram:updates", args=[bot.pk]),
            secret_token=bot.webhook_secret,
            allowed_updates=LISTENED_TO,
        )
    else:
        bot.hearing = TelegramBot.Hearing.POLLING
        api.call("deleteWebhook")
    _name_commands(api)
    bot.error, bot.failed_at = "", None


def _name_commands(api: BotApi) -> None:
    """Let the menu of the chat say how to leave it, in each of our languages; in English for whoever speaks another."""
    for language in spoken.OWN:
        with override(language):
            commands = [{"command": "stop", "description": gettext("No more messages")}]
        where: dict[str, Any] = {} if language == settings.LANGUAGE_CODE else {"language_code": language}
        api.call("setMyCommands", commands=commands, **where)


def can_be_called() -> bool:
    """Say whether Telegram can reach us: it calls encrypted addresses at a few ports, and none of this machine."""
    where = urlsplit(settings.BASE_URL)
    host = where.hostname or ""
    return where.scheme == "https" and "." in host and (where.port or 443) in PORTS


def ask_all() -> None:
    """Ask Telegram for the news of every bot that it does not call. One worker does so at a time."""
    bots = list(TelegramBot.objects.in_use().filter(hearing=TelegramBot.Hearing.POLLING))
    if not bots:
        return
    with seat("telegram-news", 1) as held:
        if held:
            for bot in bots:
                _ask(bot)


def _ask(bot: TelegramBot) -> None:
    try:
        api, until = BotApi(bot), time.monotonic() + SECONDS
        while time.monotonic() < until and (told := _asked(bot, api)):
            take(told, bot=bot, now=clock.now())
            # Only now does Telegram forget them.
            bot.heard_up_to = max(number for one in told if (number := number_of(one)) is not None) + 1
            bot.save(update_fields=["heard_up_to"])
        if bot.error:
            bot.mark_mended()
            cache.delete(_told(bot))
    except FAULTS as error:
        # A person mends that, and it is asked every few seconds until then.
        if not isinstance(error, ApiRefusal) or error.code not in OUT_OF_ORDER or cache.add(_told(bot), 1, TOLD_EVERY):
            log.warning("Telegram tells no news", bot=bot.pk, reason=reason_of(error))
        bot.mark_failed(str(error), at=clock.now())


def _told(bot: TelegramBot) -> str:
    return f"telegram-out-of-order-{bot.pk}"


def _asked(bot: TelegramBot, api: BotApi) -> list[dict[str, Any]]:
    told = api.call("getUpdates", offset=bot.heard_up_to, limit=AT_ONCE, timeout=0, allowed_updates=LISTENED_TO)
    return (
        [one for one in told if isinstance(one, dict) and number_of(one) is not None] if isinstance(told, list) else []
    )
