"""What became of those who were asked twice, and whether calling detractors helped. Pure.

A first score that is low by chance is followed by a higher one by itself: of the dissatisfied of one study only 44 of
100 were so again six weeks later, while the average had not moved (Dawes et al., Over-time variation in individual's
customer satisfaction scores). So a recovery is told beside what is expected without any, and the effect of calling
against those who were not called. Who gets a call is not chance, though, and only those who answered again are seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import erfc, sqrt
from statistics import fmean, stdev

from analytics import nps, top_share
from analytics.counts import Counts
from analytics.estimates import Z95, Difference, Interval

# With fewer on either side nothing is said of an effect.
ENOUGH_PER_ARM = 30
NOBODY = Counts()


@dataclass(frozen=True, slots=True)
class Transitions:
    """The second answers of those who first were promoters, passives and detractors; one pair for each contact."""

    promoters: Counts = NOBODY
    passives: Counts = NOBODY
    detractors: Counts = NOBODY

    @property
    def first(self) -> Counts:
        return Counts(self.promoters.n, self.passives.n, self.detractors.n)

    @property
    def second(self) -> Counts:
        return self.promoters + self.passives + self.detractors

    @property
    def change(self) -> Difference | None:
        """How far the second NPS lies above the first, tested by the changes of single contacts.

        None of fewer than two contacts, and where all changed by the same: their error is then unknown and not 0. The
        interval is cut at ±200.
        """
        n = self.first.n
        rises = self.passives.good + self.detractors.middle - self.promoters.middle - self.passives.bad
        total = rises + 2 * (self.detractors.good - self.promoters.bad)
        squares = self.passives.good + self.detractors.middle + self.promoters.middle + self.passives.bad
        squares += 4 * (self.detractors.good + self.promoters.bad)
        spread = n * squares - total * total
        if n < 2 or not spread:
            return None
        points, error = 100 * total / n, 100 * sqrt(spread / (n - 1)) / n
        reach, z = Z95 * error, points / error
        span = nps.HIGHEST - nps.LOWEST
        interval = Interval(max(-span, points - reach), min(span, points + reach))
        return Difference(points, z, erfc(abs(z) / sqrt(2)), interval)

    @property
    def became_promoters(self) -> float | None:
        """Per cent of the detractors who are promoters now; None of no detractors."""
        return self.detractors.share(self.detractors.good)

    @property
    def recovered(self) -> float | None:
        """Per cent of the detractors who are none any more; None of no detractors."""
        return self.detractors.share(self.detractors.good + self.detractors.middle)

    @property
    def recovered_interval(self) -> Interval | None:
        return top_share.of_share(self.detractors.good + self.detractors.middle, self.detractors.n)

    @property
    def lost(self) -> float | None:
        """Per cent of the promoters who are none any more; None of no promoters."""
        return self.promoters.share(self.promoters.middle + self.promoters.bad)


@dataclass(frozen=True, slots=True)
class Arm:
    """Contacts scored twice: how many, both mean scores, and the standard deviation of their changes (None of one)."""

    n: int
    first: float
    second: float
    deviation: float | None

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, float]]) -> Arm | None:
        """Return the arm of first and second scores; None of nobody."""
        found = list(pairs)
        if not found:
            return None
        first, second = (fmean(side) for side in zip(*found, strict=True))
        changes = [later - earlier for earlier, later in found]
        return cls(len(found), first, second, stdev(changes) if len(found) > 1 else None)

    @property
    def change(self) -> float:
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class LoopEffect:
    """What calling changed, in scores: `naive` before and after alone, `points` beyond those who were not called.

    `error` and `interval` are None where a side is of one contact, or both changed by the same throughout.
    """

    naive: float
    points: float
    error: float | None
    interval: Interval | None
    is_enough: bool


def effect(called: Arm, others: Arm) -> LoopEffect:
    """Return the difference in differences of detractors of one period and score, called and not called."""
    points = called.change - others.change
    error = None
    if called.deviation is not None and others.deviation is not None:
        error = sqrt(called.deviation**2 / called.n + others.deviation**2 / others.n) or None
    interval = Interval(points - Z95 * error, points + Z95 * error) if error else None
    return LoopEffect(called.change, points, error, interval, min(called.n, others.n) >= ENOUGH_PER_ARM)


def expected_second(first: float, mean: float, correlation: float) -> float:
    """Return the second score to expect of somebody where nothing changed: nearer to the `mean` of all.

    `correlation` is that of two scores of one contact. Raises ValueError where it is not within −1 … 1.
    """
    if not -1 <= correlation <= 1:
        raise ValueError("a correlation lies within -1 and 1")
    return mean + correlation * (first - mean)


@dataclass(frozen=True, slots=True)
class MatchedEffect:
    """What calling changed among those who began with the same score: `points` of a score, over `called` of them.

    `interval` is None where all of them ended with the same scores.
    """

    called: int
    others: int
    points: float
    interval: Interval | None

    @property
    def is_enough(self) -> bool:
        return min(self.called, self.others) >= ENOUGH_PER_ARM


def matched_effect(called: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> MatchedEffect | None:
    """Return how much higher the second scores of the called are than those of others with the same first score.

    Each first score that two of either side have is compared by itself; they weigh as the called have them. None where
    there is no such score. Post-stratification: Holt & Smith (JRSS A 142, 1979).
    """
    ours, theirs = _second_scores(called), _second_scores(others)
    alike = [first for first in ours if min(len(ours[first]), len(theirs.get(first, ()))) > 1]
    if not alike:
        return None
    n = sum(len(ours[first]) for first in alike)
    points = error = 0.0
    for first in alike:
        weight = len(ours[first]) / n
        points += weight * (fmean(ours[first]) - fmean(theirs[first]))
        spreads = stdev(ours[first]) ** 2 / len(ours[first]), stdev(theirs[first]) ** 2 / len(theirs[first])
        error += weight**2 * sum(spreads)
    reach = Z95 * sqrt(error)
    interval = Interval(points - reach, points + reach) if reach else None
    return MatchedEffect(n, sum(len(theirs[first]) for first in alike), points, interval)


def correlation(pairs: Mapping[tuple[int, int], int]) -> float | None:
    """Return Pearson's correlation of first and second scores, so many of each pair; None where one never varies."""
    n = sum(pairs.values())
    if not n:
        return None
    means = [sum(pair[side] * number for pair, number in pairs.items()) / n for side in (0, 1)]
    away = [(first - means[0], second - means[1], number) for (first, second), number in pairs.items()]
    spreads = [sum(each[side] ** 2 * each[2] for each in away) for side in (0, 1)]
    if not all(spreads):
        return None
    together = sum(one * other * number for one, other, number in away)
    return max(-1.0, min(1.0, together / sqrt(spreads[0] * spreads[1])))


def _second_scores(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for first, second in pairs:
        found.setdefault(first, []).append(second)
    return found
