"""Whose page it is where no link says so: the brand of the host, or the only one there is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString

from accounts.models import Brand
from responses.page.signs import sign

# The colour of pages that belong to no brand.
NEUTRAL = "#155e75"
# How long each process keeps what it knows of the brands.
KEPT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class House:
    """What a page shows of a brand; empty of none."""

    name: str = ""
    colour: str = NEUTRAL
    reply_to: str = ""
    logo: str = ""

    @property
    def sign(self) -> SafeString:
        return sign(self.name, self.logo)


def of_host(host: str) -> House:
    """Return the brand whose customers come to `host`; a change in admin takes effect after at most KEPT_SECONDS."""
    houses, alone = _houses(int(time.monotonic() // KEPT_SECONDS))
    return houses.get(host.lower(), alone)


def forget() -> None:
    """Read everything anew at the next page."""
    _houses.cache_clear()


@lru_cache(maxsize=1)
def _houses(_period: int) -> tuple[dict[str, House], House]:
    """Return the brands with a host of their own, and the only brand where there is just one."""
    brands = list(Brand.objects.only("name", "colour", "reply_to", "logo", "base_url", "short_url"))
    houses = [(brand.hosts, House(brand.name, brand.colour, brand.reply_to, brand.logo)) for brand in brands]
    by_host = {host: house for hosts, house in houses for host in hosts}
    return by_host, houses[0][1] if len(houses) == 1 else House()
