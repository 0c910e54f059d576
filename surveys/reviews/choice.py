"""Which places for a review one person is shown: on the page of thanks and in the letter the same. Pure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from surveys.metrics import Tier

_BITS = 53


class ReviewPlace(NamedTuple):
    """A link as it is set. `language` "", `product_id` None and no `tiers`: for every one of them.

    `share`: 0 is always shown; of those with a share each person sees one, as often as the shares say.
    """

    pk: int
    name: str
    url: str
    language: str = ""
    product_id: int | None = None
    tiers: tuple[str, ...] = ()
    share: int = 0


class Reviewer(NamedTuple):
    """Who is shown it: `contact_id` of the record that speaks for the person, and what their answer was about."""

    contact_id: int
    language: str
    product_id: int | None
    tier: Tier


def fitting(places: Iterable[ReviewPlace], reviewer: Reviewer) -> tuple[ReviewPlace, ...]:
    """Return the places that a person is shown, in the order given.

    Of those with a share one is drawn, always the same for a person as long as it fits; another place that comes or
    goes changes only the draws that it wins or had won.
    """
    fit = [place for place in places if _fits(place, reviewer)]
    drawn = _drawn([place for place in fit if place.share], reviewer.contact_id)
    return tuple(place for place in fit if not place.share or place is drawn)


def _fits(place: ReviewPlace, reviewer: Reviewer) -> bool:
    return (
        place.language in ("", reviewer.language)
        and place.product_id in (None, reviewer.product_id)
        and (not place.tiers or reviewer.tier in place.tiers)
    )


def _drawn(places: Sequence[ReviewPlace], contact_id: int) -> ReviewPlace | None:
    """Return the place with the smallest −ln(u)/share, u its own number of this person: weighted rendezvous hashing.

    Of exponential times with these rates each is the first as often as its share of all rates.
    """
    return min(places, key=lambda place: -math.log(_number(place.pk, contact_id)) / place.share, default=None)


def _number(place_id: int, contact_id: int) -> float:
    """Return a number above 0 and up to 1, evenly spread and always the same for a place and a person."""
    digest = hashlib.sha256(f"review:{place_id}:{contact_id}".encode()).digest()
    return ((int.from_bytes(digest[:8]) >> (64 - _BITS)) + 0.5) / 2.0**_BITS
