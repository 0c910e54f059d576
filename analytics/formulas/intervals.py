"""The intervals and the test of NPS that other tools print, to lay them beside ours. Pure.

Our pages show the adjusted Wald of `analytics.nps`. Over all outcomes of ten answers it covers 95.5 of 100 on average;
of these Wald's covers 88.0, Student's 92.5, and the score interval, the widest, 96.3. All in points, cut at ±100.
"""

from __future__ import annotations

from collections.abc import Callable
from math import erfc, sqrt

from analytics import nps, student
from analytics.clusters import CHANCE
from analytics.counts import Counts
from analytics.estimates import Z95, Interval

_HALVINGS = 60


def wald(counts: Counts, z: float = Z95) -> Interval | None:
    """Return NPS ± z standard errors: of no width where all answers are alike. None without answers."""
    return _around(counts, z * sqrt(nps.variance(counts)))


def students(counts: Counts, chance: float = CHANCE) -> Interval | None:
    """Return the interval of a mean of scores +1, 0, −1 by Student's t; None with fewer than two answers."""
    if counts.n < 2:
        return None
    freedom = counts.n - 1
    return _around(counts, student.quantile(chance, freedom) * sqrt(nps.variance(counts) * counts.n / freedom))


def score(counts: Counts, z: float = Z95) -> Interval | None:
    """Return all differences of shares that a score test does not reject; None without answers.

    Tango (Statistics in Medicine 17, 1998), for promoters and detractors as the two kinds of change of a pair.
    """
    if not counts.n:
        return None
    raw = (counts.good - counts.bad) / counts.n
    low = _edge(lambda at: _score(counts, at) < z, -1.0, raw)
    high = _edge(lambda at: _score(counts, at) < -z, raw, 1.0)
    return Interval(100 * low, 100 * high)


def pooled_test(ours: Counts, theirs: Counts) -> tuple[float, float] | None:
    """Return z and p of two NPS tested with the variance of all answers together, nothing added.

    None when either has no answers; 0 and 1 where all answers are alike.
    """
    our_nps, their_nps = nps.value(ours), nps.value(theirs)
    if our_nps is None or their_nps is None:
        return None
    both = ours + theirs
    error = 100 * sqrt(nps.variance(both) * both.n * (1 / ours.n + 1 / theirs.n))
    z = (our_nps - their_nps) / error if error else 0.0
    return z, erfc(abs(z) / sqrt(2))


def _around(counts: Counts, reach: float) -> Interval | None:
    centre = nps.value(counts)
    if centre is None:
        return None
    return Interval(max(nps.LOWEST, centre - 100 * reach), min(nps.HIGHEST, centre + 100 * reach))


def _edge(is_beyond: Callable[[float], bool], low: float, high: float) -> float:
    """Return where it begins to be beyond, between two ends."""
    for _halving in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return (low + high) / 2


def _score(counts: Counts, at: float) -> float:
    """Return by how many errors the answers lie above the difference of shares `at`, −1 … 1, were it the truth."""
    n, good, bad = counts.n, counts.good, counts.bad
    linear = (2 * n - good + bad) * at - good - bad
    constant = -bad * at * (1 - at)
    share = (sqrt(max(0.0, linear * linear - 8 * n * constant)) - linear) / (4 * n)
    error = sqrt(max(1e-300, n * (2 * share + at * (1 - at))))
    return (good - bad - n * at) / error
