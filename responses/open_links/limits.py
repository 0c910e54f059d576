"""How much may come from one network at one link, or by one widget.

Addresses are kept nowhere: what is counted is their keyed hash.

The key is drawn anew each day and kept no longer, so that nobody can find out afterwards who was there, nor whether
two days saw the same visitor.
"""

import hmac
import ipaddress
from datetime import date, datetime
from enum import StrEnum

from django.core.cache import cache
from django.http import HttpRequest

from accounts import tokens, visitors
from accounts.access.limits import HOUR, MINUTE, Limit
from responses.evidence.assessment import REMEMBERED
from responses.models import OpenLink, WebWidget

DAY = 24 * HOUR
# So many requests of one address within a minute are no reading; so many new answers of it within an hour are not
# taken, nor more of all the world within a minute at one link.
REQUESTS, ANSWERS, ANSWERS_OF_ALL = 120, 300, 600

# What one process remembers: how often it was looked, by whom within this minute, and the key of today.
MOST_COUNTED = 50_000
_looks: dict[str, int] = {}
_keys: dict[date, str] = {}


class Room(StrEnum):
    """Whether there is room for one more new answer."""

    FREE = "free"
    # It is kept, and waits until somebody says that it is a person's.
    CROWDED = "crowded"
    FULL = "full"


def source(request: HttpRequest, now: datetime) -> str:
    """Return what stands for the address of a visitor today, and for nobody tomorrow."""
    key = _key_of(now.date()) or _drawn_key(now.date())
    return hmac.digest(key.encode(), _network(visitors.address(request)).encode(), "sha256").hex()[:32]


def may_look(way: OpenLink | WebWidget, source: str, now: datetime) -> bool:
    """Count one request that writes nothing, and say whether that is still a reading.

    Each process counts for itself: the busiest of all questions is not to wait for another server.
    """
    minute = int(now.timestamp()) // MINUTE
    if _looks.get("minute") != minute or len(_looks) > MOST_COUNTED:
        _looks.clear()
        _looks["minute"] = minute
    name = f"{way.pk} {source}"
    _looks[name] = _looks.get(name, 0) + 1
    return _looks[name] <= REQUESTS


def may_come(link: OpenLink | WebWidget, source: str) -> bool:
    """Count one request, and say whether that is still a reading."""
    return Limit(f"{_name(link)} {source}", REQUESTS, MINUTE).take()


def room(link: OpenLink | WebWidget, source: str) -> Room:
    """Count one new answer, and say whether there is room for it."""
    answers = f"answers at {_name(link)}"
    of_all, of_one = Limit(answers, ANSWERS_OF_ALL, MINUTE), Limit(f"{answers} {source}", ANSWERS, HOUR)
    # Who sends too much takes nothing from what all others may send.
    if not (of_one.take() and of_all.take()):
        return Room.FULL
    return Room.FREE if Limit(f"usual {answers} {source}", link.crowd, HOUR).take() else Room.CROWDED


def remember_machine(link: OpenLink | WebWidget, source: str, family: str) -> None:
    """Keep for a while that this browser in this network gave itself away at this link."""
    cache.set(_machine(link, source, family), 1, int(REMEMBERED.total_seconds()))


def is_known_machine(link: OpenLink | WebWidget, source: str, family: str) -> bool:
    return cache.get(_machine(link, source, family)) is not None


def _machine(link: OpenLink | WebWidget, source: str, family: str) -> str:
    return "open-link-machine-" + tokens.digest(f"{_name(link)} {source} {family}").hex()


def _key_of(day: date) -> str:
    """Return the key of a day, as this process knows it, or ""."""
    return _keys.get(day, "")


def _drawn_key(day: date) -> str:
    """Return the key of a day that all processes share, and forget that of the day before."""
    name = f"open-links-key-{day:%Y-%m-%d}"
    cache.add(name, tokens.draw(), DAY)
    key = str(cache.get(name) or "")
    if key:
        _keys.clear()
        _keys[day] = key
    return key


def _name(link: OpenLink | WebWidget) -> str:
    return f"open {link.FILTER} {link.pk}"


def _network(address: str) -> str:
    """Return an IPv4 address as it is, and of an IPv6 address the part that one household has."""
    return str(ipaddress.ip_network((address, 64), strict=False)) if ":" in address else address
