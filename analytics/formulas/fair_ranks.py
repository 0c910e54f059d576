"""Comparing managers, products or channels fairly: few answers count for little, so each is drawn towards the total.

Pure. A segment's shares are taken as drawn from a Dirichlet distribution around the total's; `weight` says how many
average answers are assumed before the segment's own are heard. It follows from how far the segments lie apart (the
moment estimator of Weir & Cockerham, Evolution 38, 1984, over three categories) and is held between 5 and 50, because
an interval that trusts its own estimate of the weight is too short (Morris, JASA 78, 1983): with 5 to 30 segments it
covers 61–93 of 100, this one 90–99.

A rank stays uncertain all the same: of thirty managers those found on top and at the bottom are often not those who
belong there. So `chance_above` is told with each, nobody is called better or worse below 95 of 100, and neither pay nor
praise may hang on a place.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist
from typing import Generic, TypeVar

from analytics import nps
from analytics.arithmetic import Arithmetic
from analytics.counts import Counts
from analytics.estimates import Z95, Interval
from surveys.metrics import Tier

LEAST_WEIGHT, MOST_WEIGHT = 5.0, 50.0
# Of fewer segments nobody can say how far they lie apart: as many average answers as this correlation means (20).
FEW_SEGMENTS = 3
ASSUMED_CORRELATION = 1 / 21
SURE = 0.95

Key = TypeVar("Key", bound=Hashable)
Shares = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """One segment: its own number `raw`, the number `points` drawn towards the total, and its standard `error`.

    All in points. `chance_above`: how likely the segment is better than all together, 0 … 1. `scale`: where
    numbers end.
    """

    counts: Counts
    raw: float
    points: float
    error: float
    chance_above: float
    scale: tuple[int, int] = (nps.LOWEST, nps.HIGHEST)

    @property
    def lower(self) -> float:
        """The lower end before it is cut at the end of the scale: high in “confirmed best”, no order to rank by."""
        return self.points - Z95 * self.error

    @property
    def interval(self) -> Interval:
        return Interval(max(self.scale[0], self.lower), min(self.scale[1], self.points + Z95 * self.error))

    @property
    def is_better(self) -> bool:
        return self.chance_above >= SURE

    @property
    def is_worse(self) -> bool:
        return self.chance_above <= 1 - SURE


@dataclass(frozen=True, slots=True)
class Ranking(Generic[Key]):
    """Segments in order of their shrunk numbers, the best first; those without answers are left out.

    `total` in points; `correlation` of two answers of one segment (may be below 0); `weight` in answers;
    `total_variance` is that of the total as a share (points/100), squared.
    """

    total: float
    correlation: float
    weight: float
    total_variance: float
    segments: Mapping[Key, Shrunk]


def rank(
    segments: Mapping[Key, Counts], arithmetic: Arithmetic = nps, design_effect: float = 1.0
) -> Ranking[Key] | None:
    """Return the ranking of disjoint segments; None when none has answers.

    `design_effect`: how many times the variance of all answers is that of strangers; each answer tells as much less.
    One segment alone is the total and stands at even chances. Segments of one answer each tell nothing of their spread,
    so they are drawn in as far as may be. Where all answers are alike every error is 0 and
    every chance even.
    """
    heard = {key: counts for key, counts in segments.items() if counts.n}
    if not heard:
        return None
    total = sum(heard.values(), Counts())
    groups = list(heard.values())
    correlation = correlation_of(groups)
    weight = _weight(correlation)
    variance = design_effect * arithmetic.variance(total) * _likeness(total, groups, weight)
    prior = _Prior(arithmetic, _shares(total), weight, variance, design_effect)
    shrunk = {key: _shrunk(counts, prior) for key, counts in heard.items()}
    in_order = dict(sorted(shrunk.items(), key=lambda row: -row[1].points))
    return Ranking(100 * prior.mean, correlation, weight, variance, in_order)


def correlation_of(groups: Sequence[Counts]) -> float:
    """Return how alike two answers of one segment are (ρ): 1 exactly alike, 0 as strangers, below 0 less than those.

    1/21 of fewer than three segments; 0 where it is undefined. Segments without answers are not to be given.
    """
    if len(groups) < FEW_SEGMENTS:
        return ASSUMED_CORRELATION
    total = sum(groups, Counts())
    n, inside_freedom = total.n, sum(group.n - 1 for group in groups)
    if not inside_freedom:
        return 0.0
    pooled = _shares(total)
    shares = [(group.n, _shares(group)) for group in groups]
    between = fsum(size * (p - q) ** 2 for size, own in shares for p, q in zip(own, pooled, strict=True))
    within = fsum(size * p * (1 - p) for size, own in shares for p in own)
    between, within = between / (len(groups) - 1), within / inside_freedom
    usual_size = (n - sum(group.n**2 for group in groups) / n) / (len(groups) - 1)
    spread = between + (usual_size - 1) * within
    return (between - within) / spread if spread > 0 else 0.0


def _weight(correlation: float) -> float:
    if correlation <= 0:
        return MOST_WEIGHT
    return min(MOST_WEIGHT, max(LEAST_WEIGHT, (1 - correlation) / correlation))


def _likeness(total: Counts, groups: Sequence[Counts], weight: float) -> float:
    """Return how many times the variance of the total is that of strangers, as answers of one segment are alike."""
    return sum(group.n * (1 + (group.n - 1) / (1 + weight)) for group in groups) / total.n


@dataclass(frozen=True, slots=True)
class _Prior:
    """What is assumed of a segment before its answers are heard: as many average ones as `weight` says."""

    arithmetic: Arithmetic
    shares: Shares
    weight: float
    variance: float
    design_effect: float

    @property
    def mean(self) -> float:
        return self.worth(self.shares)

    def worth(self, shares: Shares, power: int = 1) -> float:
        """Return the mean worth of answers with these shares of good, middling and bad ones, or of its square."""
        worths = [self.arithmetic.WORTH[tier] for tier in (Tier.GOOD, Tier.MIDDLE, Tier.BAD)]
        return fsum(worth**power * share for worth, share in zip(worths, shares, strict=True))


def _shrunk(counts: Counts, prior: _Prior) -> Shrunk:
    own, weight = counts.n / prior.design_effect, prior.weight
    answers = own + weight
    good, middle, bad = (
        (ours * own + weight * usual) / answers for ours, usual in zip(_shares(counts), prior.shares, strict=True)
    )
    mean = prior.worth((good, middle, bad))
    own_variance = max(0.0, prior.worth((good, middle, bad), power=2) - mean * mean) / (answers + 1)
    error = sqrt(own_variance + (weight / answers) ** 2 * prior.variance)
    above = NormalDist().cdf((mean - prior.mean) / error) if prior.variance else 0.5
    raw = prior.arithmetic.value(counts) or 0.0
    ends = prior.arithmetic.LOWEST, prior.arithmetic.HIGHEST
    return Shrunk(counts, raw, 100 * mean, 100 * error, above, ends)


def _shares(counts: Counts) -> Shares:
    return counts.good / counts.n, counts.middle / counts.n, counts.bad / counts.n
