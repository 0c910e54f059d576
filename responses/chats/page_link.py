"""On the page of thanks: the way into the chat of the brand's bot, for whoever would rather answer there."""

import time
from functools import lru_cache

from django.utils.html import escape

from delivery.media.telegram import joining
from delivery.models import TelegramBot
from responses.page.extras import Thanked, register
from responses.page.steps import compiled

# A bot that is set up or switched off shows on the page after at most this long.
KEPT_SECONDS = 10


def way(thanked: Thanked) -> str:
    """Return the link by which this customer joins, "" where the brand has no bot, or the customer wants nothing."""
    if thanked.wants_nothing:
        return ""
    bot = _bots(int(time.monotonic() // KEPT_SECONDS)).get(thanked.brand_id)
    if bot is None:
        return ""
    link = joining.link(bot, thanked.contact_id)
    return compiled("_chat_invitation", thanked.language).fill({"link": escape(link), "brand": escape(thanked.brand)})


@lru_cache(maxsize=1)
def _bots(_period: int) -> dict[int, TelegramBot]:
    return {bot.brand_id: bot for bot in TelegramBot.objects.in_use()}


def forget() -> None:
    """Read everything anew at the next page."""
    _bots.cache_clear()


register(way)
