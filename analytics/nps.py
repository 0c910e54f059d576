"""The arithmetic of NPS: the share of promoters minus the share of detractors, in points (−100…100).

Pure: integers in, numbers out. Intervals and tests are the adjusted Wald of Rocks (The American Statistician 70,
2016) and Lewis & Sauro (2021): before anything is computed, three answers (¾ promoter, 1½ passive, ¾ detractor) are
added. It stays honest for few answers, where the plain formula prints “100 ± 0” for five promoters of five.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import erfc, sqrt

from analytics.counts import Counts
from analytics.estimates import Z95, Difference, Interval
from surveys.metrics import Tier

LOWEST, HIGHEST = -100, 100
# The NPS is 100 times the mean of what the answers are worth.
WORTH: Mapping[Tier, int] = {Tier.GOOD: 1, Tier.MIDDLE: 0, Tier.BAD: -1}
ADDED = 0.75
ADDED_ANSWERS = 3


def value(counts: Counts) -> float | None:
    """Return the NPS in points; None without answers, which is not 0."""
    return 100 * (counts.good - counts.bad) / counts.n if counts.n else None


def variance(counts: Counts) -> float:
    """Return the variance of the mean worth of these answers if nobody gave two of them; 0 without answers."""
    if not counts.n:
        return 0.0
    mean = (counts.good - counts.bad) / counts.n
    return ((counts.good + counts.bad) / counts.n - mean * mean) / counts.n


def interval(counts: Counts, z: float = Z95) -> Interval | None:
    """Return the adjusted-Wald interval of the NPS, clipped to ±100; None without answers."""
    if not counts.n:
        return None
    centre, variance = _adjusted(counts)
    reach = z * sqrt(variance)
    return Interval(100 * max(-1.0, centre - reach), 100 * min(1.0, centre + reach))


def difference(ours: Counts, theirs: Counts) -> Difference | None:
    """Return how far the NPS of `ours` lies above that of `theirs`; None when either has no answers.

    The interval holds the raw difference even at the very ends, where the adjusted one would lie beside it.
    """
    our_nps, their_nps = value(ours), value(theirs)
    if our_nps is None or their_nps is None:
        return None
    (our_centre, our_variance), (their_centre, their_variance) = _adjusted(ours), _adjusted(theirs)
    centre, error = our_centre - their_centre, sqrt(our_variance + their_variance)
    low, high = 100 * (centre - Z95 * error), 100 * (centre + Z95 * error)
    points = our_nps - their_nps
    z = centre / error
    return Difference(points, z, erfc(abs(z) / sqrt(2)), Interval(min(low, points), max(high, points)))


def _adjusted(counts: Counts) -> tuple[float, float]:
    """Return centre and variance of the mean of (+1, 0, −1) answers, with the added ones."""
    n = counts.n + ADDED_ANSWERS
    promoters, detractors = (counts.good + ADDED) / n, (counts.bad + ADDED) / n
    centre = promoters - detractors
    return centre, (promoters + detractors - centre * centre) / n
