"""What the topics of answers cost and bring, in points of NPS. Pure.

Points lost and gained are additive: every detractor costs 100/n points and every promoter brings as many, split evenly
over the topics of the answer, so that all topics and the answers without one add up to the NPS. The impact is not: it
is how much the NPS would rise or fall without the answers that name the topic, share · (NPS with − NPS without).

Penalty and reward tell topics apart that only annoy from those that only delight (after Brandt, 1987; asymmetry:
Mittal, Ross & Baldasare, Journal of Marketing 62, 1998). All are associations among those who said why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from statistics import median
from typing import Generic, TypeVar

from analytics import nps
from analytics.counts import Counts
from analytics.estimates import Difference, Interval
from surveys.metrics import Tier

Key = TypeVar("Key", bound=Hashable)
NOTHING = Counts()


@dataclass(frozen=True, slots=True)
class Mentions:
    """The answers that name a topic, and Σ 1/k over its detractors and promoters, k being the topics of an answer."""

    counts: Counts = NOTHING
    bad_parts: Fraction = Fraction()
    good_parts: Fraction = Fraction()

    def __add__(self, other: Mentions) -> Mentions:
        return Mentions(
            self.counts + other.counts, self.bad_parts + other.bad_parts, self.good_parts + other.good_parts
        )


@dataclass(frozen=True, slots=True)
class TopicSums(Generic[Key]):
    """What is summed over answers: all of them, those without a topic, and those of each topic."""

    total: Counts = NOTHING
    untagged: Counts = NOTHING
    mentions: Mapping[Key, Mentions] = field(default_factory=dict)

    @classmethod
    def of(cls, answers: Iterable[tuple[Tier, Collection[Key]]]) -> TopicSums[Key]:
        """Return the sums of answers, each given as its tier and its topics; a topic named twice counts once."""
        return cls.of_alike(Counter((tier, frozenset(named)) for tier, named in answers))

    @classmethod
    def of_alike(cls, alike: Mapping[tuple[Tier, frozenset[Key]], int]) -> TopicSums[Key]:
        """Return the same of how many answers there are of each tier and set of topics."""
        total = untagged = NOTHING
        mentions: dict[Key, Mentions] = {}
        for (tier, topics), number in alike.items():
            counts = Counts(*(number if tier is wanted else 0 for wanted in (Tier.GOOD, Tier.MIDDLE, Tier.BAD)))
            total += counts
            untagged += NOTHING if topics else counts
            for topic in topics:
                parts = Fraction(counts.bad, len(topics)), Fraction(counts.good, len(topics))
                mentions[topic] = mentions.get(topic, Mentions()) + Mentions(counts, *parts)
        return cls(total, untagged, mentions)


@dataclass(frozen=True, slots=True)
class Impact:
    """What a topic does, in points; `share` of the answers that name it, 0 … 1.

    `lost` is 0 or below, `gained` 0 or above. `gap` is how far the NPS of the answers with the topic lies above that of
    the others, with its interval; `penalty` and `reward` how much larger the share of detractors, and of promoters, is.
    """

    mentions: int
    share: float
    lost: float
    gained: float
    with_topic: float
    without_topic: float | None
    gap: Difference | None
    penalty: float | None
    reward: float | None

    @property
    def net(self) -> float:
        return self.lost + self.gained

    @property
    def left_out(self) -> float | None:
        """By how much the NPS is higher with these answers than without them; None when all are of the topic."""
        return None if self.gap is None else self.share * self.gap.points

    @property
    def left_out_interval(self) -> Interval | None:
        if self.gap is None:
            return None
        return Interval(self.share * self.gap.interval.low, self.share * self.gap.interval.high)


class Quadrant(Enum):
    """What to do about a topic: by how often it is named, and by where the interval of its gap lies."""

    FIX_FIRST = "fix_first"
    WATCH = "watch"
    KEEP = "keep"
    UNCLEAR = "unclear"


def impacts(sums: TopicSums[Key]) -> dict[Key, Impact]:
    """Return the impact of each topic that is named at all.

    A topic of all answers has nothing to be compared with: its gap, penalty, reward and the number without it are None.
    """
    return {topic: _impact(sums.total, mentions) for topic, mentions in sums.mentions.items() if mentions.counts.n}


def without_topic(sums: TopicSums[Key]) -> tuple[float, float]:
    """Return the points lost and gained by answers that name no topic; 0 and 0 without answers."""
    return _points(-sums.untagged.bad, sums.total), _points(sums.untagged.good, sums.total)


def quadrants(found: Mapping[Key, Impact]) -> dict[Key, Quadrant]:
    """Return the place of each topic in the priority matrix; often named is whatever reaches the median share.

    A topic whose interval holds 0, or that has none, is unclear, however often it is named.
    """
    if not found:
        return {}
    usual = median(impact.share for impact in found.values())
    return {topic: _quadrant(impact, impact.share >= usual) for topic, impact in found.items()}


def _impact(total: Counts, mentions: Mentions) -> Impact:
    ours, theirs = mentions.counts, total - mentions.counts
    return Impact(
        mentions=ours.n,
        share=ours.n / total.n,
        lost=_points(-mentions.bad_parts, total),
        gained=_points(mentions.good_parts, total),
        with_topic=100 * (ours.good - ours.bad) / ours.n,
        without_topic=nps.value(theirs),
        gap=nps.difference(ours, theirs),
        penalty=100 * (ours.bad / ours.n - theirs.bad / theirs.n) if theirs.n else None,
        reward=100 * (ours.good / ours.n - theirs.good / theirs.n) if theirs.n else None,
    )


def _points(parts: Fraction | int, total: Counts) -> float:
    return float(100 * parts / Fraction(total.n)) if total.n else 0.0


def _quadrant(impact: Impact, is_frequent: bool) -> Quadrant:
    if impact.gap is None or impact.gap.interval.holds_zero:
        return Quadrant.UNCLEAR
    if impact.gap.interval.low > 0:
        return Quadrant.KEEP
    return Quadrant.FIX_FIRST if is_frequent else Quadrant.WATCH
