"""The arithmetic of NPS: what was said, how sure we may be of it, and whether it changed.

Pure: integers in, numbers out. Intervals and tests are the adjusted Wald of Rocks (The American Statistician 70,
2016) and Lewis & Sauro (2021): before anything is computed, three answers (¾ promoter, 1½ passive, ¾ detractor) are
added. It stays honest for few answers, where the plain formula prints “100 ± 0” for five promoters of five.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import erfc, sqrt

from surveys.metrics import SCALES, Category

Z95 = 1.959963984540054
ADDED = 0.75
ADDED_ANSWERS = 3

# Below FEW only counts are shown; below ENOUGH the number is grey and takes no part in tests or rankings.
FEW = 5
ENOUGH = 30
FALSE_DISCOVERIES = 0.10


class Sample(Enum):
    """How much a number of answers can carry."""

    NONE = "none"
    COUNTS = "counts"
    FEW = "few"
    ENOUGH = "enough"


class Change(Enum):
    """What may honestly be said of a difference."""

    UP = "up"
    DOWN = "down"
    UNCLEAR = "unclear"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends in points (−100…100), low first."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Counts:
    """How many promoters, passives and detractors answered."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @classmethod
    def of_scores(cls, by_score: Sequence[int]) -> Counts:
        """Return the counts of eleven numbers: how many gave 0, 1, … 10."""
        promoters, passives, detractors = (
            sum([by_score[score] for score in SCORES_OF[category]])
            for category in (Category.PROMOTER, Category.PASSIVE, Category.DETRACTOR)
        )
        return cls(promoters, passives, detractors)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.promoters + other.promoters, self.passives + other.passives, self.detractors + other.detractors
        )

    def __sub__(self, other: Counts) -> Counts:
        return Counts(
            self.promoters - other.promoters, self.passives - other.passives, self.detractors - other.detractors
        )

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def nps(self) -> float | None:
        """NPS in points (−100…100); None without answers, which is not 0."""
        return 100 * (self.promoters - self.detractors) / self.n if self.n else None

    @property
    def sample(self) -> Sample:
        if not self.n:
            return Sample.NONE
        if self.n < FEW:
            return Sample.COUNTS
        return Sample.FEW if self.n < ENOUGH else Sample.ENOUGH

    def share(self, count: int) -> float | None:
        """Return `count` as a percentage of these answers; None without answers."""
        return 100 * count / self.n if self.n else None


CATEGORIES = tuple(SCALES["nps"].category_of(score) for score in range(11))
SCORES_OF = {category: tuple(score for score in range(11) if CATEGORIES[score] == category) for category in Category}


@dataclass(frozen=True, slots=True)
class Difference:
    """One group against another, disjoint, group. All in points; `points` is raw, the rest adjusted."""

    points: float
    adjusted: float
    error: float
    z: float
    p: float
    interval: Interval


def interval(counts: Counts, z: float = Z95) -> Interval | None:
    """Return the adjusted-Wald interval of the NPS, clipped to ±100; None without answers."""
    if not counts.n:
        return None
    centre, variance = _adjusted(counts)
    reach = z * sqrt(variance)
    return Interval(100 * max(-1.0, centre - reach), 100 * min(1.0, centre + reach))


def margin(counts: Counts, z: float = Z95) -> float | None:
    """Return half the width of the unclipped interval in points; None without answers."""
    return 100 * z * sqrt(_adjusted(counts)[1]) if counts.n else None


def difference(ours: Counts, theirs: Counts) -> Difference | None:
    """Return how far the NPS of `ours` lies above that of `theirs`; None when either has no answers."""
    if ours.nps is None or theirs.nps is None:
        return None
    (our_centre, our_variance), (their_centre, their_variance) = _adjusted(ours), _adjusted(theirs)
    adjusted = our_centre - their_centre
    error = sqrt(our_variance + their_variance)
    z = adjusted / error
    reach = Z95 * error
    return Difference(
        points=ours.nps - theirs.nps,
        adjusted=100 * adjusted,
        error=100 * error,
        z=z,
        p=erfc(abs(z) / sqrt(2)),
        interval=Interval(100 * (adjusted - reach), 100 * (adjusted + reach)),
    )


def change(ours: Counts, theirs: Counts) -> Change:
    """Return what may be said of `ours` against `theirs`: a direction only where 0 lies outside the interval."""
    if ours.n < ENOUGH or theirs.n < ENOUGH:
        return Change.TOO_FEW
    found = difference(ours, theirs)
    if found and found.interval.low > 0:
        return Change.UP
    return Change.DOWN if found and found.interval.high < 0 else Change.UNCLEAR


def false_discovery_rates(chances: Sequence[float]) -> list[float]:
    """Return the q-value of each p-value, in their order (Benjamini & Hochberg 1995).

    Of twenty managers tested at 5 % one would be accused by chance; flag q ≤ FALSE_DISCOVERIES instead.
    """
    rates = [0.0] * len(chances)
    smallest = 1.0
    by_size = sorted(range(len(chances)), key=lambda index: chances[index], reverse=True)
    for place, index in enumerate(by_size):
        smallest = min(smallest, chances[index] * len(chances) / (len(chances) - place))
        rates[index] = smallest
    return rates


def changes(pairs: Sequence[tuple[Counts, Counts]]) -> list[Change]:
    """Return what may be said of the first of each pair against the second, all pairs judged together."""
    tests = [difference(*pair) if min(pair[0].n, pair[1].n) >= ENOUGH else None for pair in pairs]
    rates = iter(false_discovery_rates([test.p for test in tests if test]))
    return [_judged(test.z, next(rates)) if test else Change.TOO_FEW for test in tests]


def standing(groups: Sequence[Counts]) -> list[Change]:
    """Return for each group whether it stands above or below the rest of them, all judged together."""
    total = sum(groups, Counts())
    return changes([(group, total - group) for group in groups])


def _judged(z: float, rate: float) -> Change:
    if rate > FALSE_DISCOVERIES:
        return Change.UNCLEAR
    return Change.UP if z > 0 else Change.DOWN


def _adjusted(counts: Counts) -> tuple[float, float]:
    """Return centre and variance of the mean of (+1, 0, −1) answers, with the added ones."""
    n = counts.n + ADDED_ANSWERS
    promoters, detractors = (counts.promoters + ADDED) / n, (counts.detractors + ADDED) / n
    centre = promoters - detractors
    return centre, (promoters + detractors - centre * centre) / n
