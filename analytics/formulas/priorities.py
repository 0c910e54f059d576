"""What to fix first: topics in the order of what they cost, as far as that order is more than chance. Pure.

Looked at are answers that name a topic at all, for those who say why are not like those who say nothing. With x = 1 for
the answers of a topic, y what an answer is worth and s the share of the topic, it costs s · (ȳ with − ȳ without) =
(mean of xy − s · mean of y) / (1 − s), the `left_out` of `analytics.formulas.topics`.

Two topics are compared on the same answers, so what they share cancels out: the difference of their costs is a smooth
function of means, and its variance that of the mean of its influences (the delta method; Hampel, JASA 69, 1974). All
pairs are judged together (Benjamini & Hochberg 1995). What cannot be told apart shares its places.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import TypeVar

from analytics import student
from analytics.clusters import STRANGERS, Spread
from analytics.estimates import Difference
from analytics.verdicts import FALSE_DISCOVERIES, false_discovery_rates
from surveys.metrics import Tier

Key = TypeVar("Key", bound=Hashable)
# How many answers there are of each tier and set of topics.
Alike = Mapping[tuple[Tier, frozenset[Key]], int]


@dataclass(frozen=True, slots=True)
class PlaceRange:
    """Which places of a list, counted from 1, a topic may have: `first` to `last`."""

    first: int
    last: int

    @property
    def is_certain(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class _Cost:
    """What a topic costs, and what an answer of each kind moves it by."""

    value: float
    influences: Sequence[float]


def surely_below(gaps: Mapping[Key, Difference | None]) -> set[Key]:
    """Return the topics whose answers are worse than the others by more than chance, all of them judged together."""
    known = {topic: gap for topic, gap in gaps.items() if gap is not None}
    rates = false_discovery_rates([gap.p for gap in known.values()])
    return {
        topic
        for (topic, gap), rate in zip(known.items(), rates, strict=True)
        if rate <= FALSE_DISCOVERIES and gap.interval.high < 0
    }


def places(
    alike: Alike[Key], worth: Mapping[Tier, int], topics: Sequence[Key], spread: Spread = STRANGERS
) -> dict[Key, PlaceRange]:
    """Return the places of some topics in the list of those that cost most, the costliest first.

    A topic that no answer names, or every one, costs nothing that could be compared, and is left out. Where all answers
    are of one account nothing is told apart.
    """
    costs = {topic: cost for topic in topics if (cost := _cost(alike, worth, topic)) is not None}
    pairs = list(combinations(costs, 2))
    chances = [_chance(alike, costs[one], costs[other], spread) for one, other in pairs]
    before, behind = dict.fromkeys(costs, 0), dict.fromkeys(costs, 0)
    for (one, other), rate in zip(pairs, false_discovery_rates(chances), strict=True):
        if rate <= FALSE_DISCOVERIES:
            costlier, cheaper = (one, other) if costs[one].value < costs[other].value else (other, one)
            before[cheaper] += 1
            behind[costlier] += 1
    in_order = sorted(costs, key=lambda topic: costs[topic].value)
    return {topic: PlaceRange(1 + before[topic], len(costs) - behind[topic]) for topic in in_order}


def _cost(alike: Alike[Key], worth: Mapping[Tier, int], topic: Key) -> _Cost | None:
    n = sum(alike.values())
    cells = [(number, int(topic in topics), worth[tier]) for (tier, topics), number in alike.items()]
    share = sum(number * x for number, x, _y in cells) / n if n else 0.0
    if not 0 < share < 1:
        return None
    mean = sum(number * y for number, _x, y in cells) / n
    of_both = sum(number * x * y for number, x, y in cells) / n
    rest = 1 - share
    influences = [
        (x * y - of_both - share * (y - mean)) / rest + (of_both - mean) * (x - share) / rest**2
        for _number, x, y in cells
    ]
    return _Cost((of_both - share * mean) / rest, influences)


def _chance(alike: Alike[Key], one: _Cost, other: _Cost, spread: Spread) -> float:
    """Return the chance of a difference as large between two topics that cost the same."""
    difference = one.value - other.value
    if spread.is_unknown or not difference:
        return 1.0
    squares = sum(
        number * (ours - theirs) ** 2
        for number, ours, theirs in zip(alike.values(), one.influences, other.influences, strict=True)
    )
    error = sqrt(spread.design_effect * squares) / sum(alike.values())
    return student.two_sided_chance(difference / error, spread.freedom) if error else 0.0
