"""The arithmetic of CSAT and CES: the share of good answers (“top boxes”), in per cent.

Pure: integers in, numbers out. The interval is Wilson's (JASA 22, 1927); that of a difference is put together from
both (Newcombe, Statistics in Medicine 17, 1998, method 10); the test is the pooled one of two proportions.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import erfc, sqrt

from analytics.counts import Counts
from analytics.estimates import Z95, Difference, Interval
from surveys.metrics import Tier

LOWEST, HIGHEST = 0, 100
# The share is 100 times the mean of what the answers are worth.
WORTH: Mapping[Tier, int] = {Tier.GOOD: 1, Tier.MIDDLE: 0, Tier.BAD: 0}


def value(counts: Counts) -> float | None:
    """Return the share of good answers in per cent; None without answers, which is not 0."""
    return counts.share(counts.good)


def variance(counts: Counts) -> float:
    """Return the variance of the mean worth of these answers if nobody gave two of them; 0 without answers."""
    if not counts.n:
        return 0.0
    share = counts.good / counts.n
    return share * (1 - share) / counts.n


def interval(counts: Counts, z: float = Z95) -> Interval | None:
    """Return the Wilson interval of the share; None without answers."""
    return of_share(counts.good, counts.n, z)


def of_share(part: int, n: int, z: float = Z95) -> Interval | None:
    """Return the Wilson interval of `part` out of `n`, in per cent; None out of nothing."""
    if not n:
        return None
    share, spread = part / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    reach = z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(100 * max(0.0, centre - reach), 100 * min(1.0, centre + reach))


def difference(ours: Counts, theirs: Counts) -> Difference | None:
    """Return how far the share of `ours` lies above that of `theirs`; None when either has no answers."""
    our_share, their_share = value(ours), value(theirs)
    our_interval, their_interval = interval(ours), interval(theirs)
    if our_share is None or their_share is None or our_interval is None or their_interval is None:
        return None
    points = our_share - their_share
    low = points - sqrt((our_share - our_interval.low) ** 2 + (their_interval.high - their_share) ** 2)
    high = points + sqrt((our_interval.high - our_share) ** 2 + (their_share - their_interval.low) ** 2)
    pooled = (ours.good + theirs.good) / (ours.n + theirs.n)
    error = sqrt(pooled * (1 - pooled) * (1 / ours.n + 1 / theirs.n))
    z = points / 100 / error if error else 0.0
    return Difference(points, z, erfc(abs(z) / sqrt(2)), Interval(low, high))
