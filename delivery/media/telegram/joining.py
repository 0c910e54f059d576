"""The links by which contacts join the chat of a bot: https://t.me/<bot>?start=<payload>.

The payload names a contact by its number and proves that we made it, by HMAC; it says nothing of the person, needs no
row, and ends after a while. At most 64 characters of A–Z, a–z, 0–9, _ and - (“Deep linking” in Telegram's manual).
"""

import re
from datetime import datetime, timedelta

from accounts import clock, tokens
from delivery.media.telegram import api
from delivery.models import TelegramBot

ENDS_AFTER = timedelta(days=60)
PAYLOAD = re.compile(r"(?P<contact>[0-9a-z]{1,12})-(?P<day>[0-9a-z]{1,4})-(?P<proof>[A-Za-z0-9_-]{32})", re.ASCII)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def link(bot: TelegramBot, contact: int, *, now: datetime | None = None) -> str:
    """Return where a contact joins; whoever has the link joins as them."""
    return f"{home(bot)}?start={payload(bot.pk, contact, now=now)}"


def home(bot: TelegramBot) -> str:
    """Return where anybody opens a chat with a bot."""
    return f"{api.stand_in(bot) or 'https:/'}/t.me/{bot.username}"


def payload(bot: int, contact: int, *, now: datetime | None = None) -> str:
    day = _day(now or clock.now())
    return f"{_short(contact)}-{_short(day)}-{tokens.derive(_purpose(bot, day), contact)}"


def contact_of(bot: int, written: str, *, now: datetime) -> int | None:
    """Return whose link of this bot it is, or None when we did not make it, or so long ago that it is over."""
    found = PAYLOAD.fullmatch(written)
    if found is None:
        return None
    contact, day = int(found["contact"], 36), int(found["day"], 36)
    if not 0 <= _day(now) - day <= ENDS_AFTER.days:
        return None
    return contact if tokens.is_derived(found["proof"], _purpose(bot, day), contact) else None


def _purpose(bot: int, day: int) -> str:
    return f"telegram-join-{bot}-{day}"


def _day(moment: datetime) -> int:
    return int(moment.timestamp() // timedelta(days=1).total_seconds())


def _short(number: int) -> str:
    digits = ""
    while number or not digits:
        number, rest = divmod(number, len(DIGITS))
        digits = DIGITS[rest] + digits
    return digits
