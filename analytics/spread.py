"""Intervals and differences of answers that hang together: nowhere narrower than those of strangers. Pure.

The interval of strangers (adjusted Wald, Wilson) is honest about few answers and about answers that are all alike; the
cluster-robust one about several answers of one account. What is printed reaches as far as either, and a difference is
told by the less sure of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf, sqrt

from analytics import student
from analytics.arithmetic import Arithmetic
from analytics.clusters import CHANCE, STRANGERS, Spread
from analytics.counts import Counts
from analytics.estimates import Difference, Interval

NOTHING = Counts()
# A page compares hundreds of groups, of which most are those of the page before.
REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers that are compared with others: how many of each tier, and how they hang together."""

    counts: Counts = NOTHING
    spread: Spread = STRANGERS

    @property
    def n(self) -> int:
        return self.counts.n


@lru_cache(maxsize=REMEMBERED)
def interval(arithmetic: Arithmetic, group: Answers) -> Interval | None:
    """Return the 95 % interval of the number of a group, cut at the ends of its scale; None without answers.

    Where all answers are of one account it is the whole scale.
    """
    usual = arithmetic.interval(group.counts)
    value = arithmetic.value(group.counts)
    if usual is None or value is None or group.spread.is_of_strangers:
        return usual
    if group.spread.is_unknown:
        return Interval(arithmetic.LOWEST, arithmetic.HIGHEST)
    reach = 100 * student.quantile(CHANCE, group.spread.freedom) * sqrt(_variance(arithmetic, group))
    return Interval(
        max(arithmetic.LOWEST, min(usual.low, value - reach)), min(arithmetic.HIGHEST, max(usual.high, value + reach))
    )


@lru_cache(maxsize=REMEMBERED)
def difference(arithmetic: Arithmetic, ours: Answers, theirs: Answers) -> Difference | None:
    """Return how far the number of `ours` lies above that of `theirs`; None when either has no answers.

    Both are taken as independent of each other. Where they share accounts, those agree with themselves, and the true
    uncertainty is smaller than the one that is told.
    """
    usual = arithmetic.difference(ours.counts, theirs.counts)
    spreads = (ours.spread, theirs.spread)
    if usual is None or all(spread.is_of_strangers for spread in spreads):
        return usual
    if any(spread.is_unknown for spread in spreads):
        span = arithmetic.HIGHEST - arithmetic.LOWEST
        return Difference(usual.points, 0.0, 1.0, Interval(-span, span))
    variances = [_variance(arithmetic, group) for group in (ours, theirs)]
    error = 100 * sqrt(sum(variances))
    freedom = freedom_of(variances, spreads)
    reach = student.quantile(CHANCE, freedom) * error
    wide = Interval(min(usual.interval.low, usual.points - reach), max(usual.interval.high, usual.points + reach))
    t = usual.points / error if error else inf
    chance = student.two_sided_chance(t, freedom) if error else 0.0
    return Difference(usual.points, *((usual.z, usual.p) if usual.p >= chance else (t, chance)), wide)


def _variance(arithmetic: Arithmetic, group: Answers) -> float:
    return group.spread.design_effect * arithmetic.variance(group.counts)


def freedom_of(variances: list[float], spreads: tuple[Spread, Spread]) -> float:
    """Return the degrees of freedom of a sum of two variances (Welch 1947, Satterthwaite 1946)."""
    known = sum(variance * variance / spread.freedom for variance, spread in zip(variances, spreads, strict=True))
    return sum(variances) ** 2 / known if known else inf
