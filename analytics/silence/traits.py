"""By what those who were asked are told apart: a fact of the invitation, or of the profile that their contact had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analytics.dashboard.filters import Lists
from analytics.explorer.forms import OF_PROFILE
from analytics.why import segments
from analytics.why.pools import Key
from analytics.why.segments import Names

PROFILE = "profile_id"
# The column of an invitation that holds the trait, or leads to it.
COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(OF_PROFILE, PROFILE),
    "product": "product_id",
    "channel": "channel_id",
    "team": "team_id",
    "manager": "manager_id",
    "brand": "brand_id",
    "survey": "survey_id",
    "touchpoint": "touchpoint_kind",
    "campaign": "campaign",
    "medium": "medium",
}
# What a customer is, and not how he was asked: answers may be weighted to it.
OF_CUSTOMERS = (
    "region", "size_band", "industry", "tenure_band", "age_band", "lifecycle", "product", "channel", "team",
)  # fmt: skip
# What is a name itself.
OWN_NAMES = ("region", "size_band", "industry", "campaign")


def titles(traits: Sequence[str]) -> list[tuple[str, str]]:
    """Return some traits with what they are called."""
    known = segments.titles()
    return [(trait, known[trait]) for trait in traits]


def names(trait: str, lists: Lists) -> Names:
    """Return what the values of a trait are called that a reader may choose."""
    return segments.names(trait, lists)


def named(trait: str, key: Key, known: Names) -> str:
    """Return what one value of a trait is called; "" where it has no name or nothing is known."""
    return known.get(key) or (str(key) if trait in OWN_NAMES else f"#{key}" if key else "")


def is_to_choose(trait: str, key: Key, known: Names) -> bool:
    """Whether the list of answers can be held to this value."""
    return bool(key) and (key in known or trait in OWN_NAMES)
