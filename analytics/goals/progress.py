"""Whether a number has reached its target, by its interval and never by the number alone. Pure.

Whoever looks every day at a number that still grows sees it on the wrong side of its interval far more often than in
one of twenty looks. So while the period runs the interval is taken wider: of teams that lie exactly at their target at
most one in twenty is ever called on or below it before the period is over (tests/analytics/goals/test_progress.py).
"""

from __future__ import annotations

from enum import StrEnum

from analytics.counts import ENOUGH
from analytics.estimates import Interval

# So many times its own reach an interval has while its number still grows.
WIDER = 1.6


class Progress(StrEnum):
    ON_TARGET = "on_target"
    BELOW = "below_target"
    UNCLEAR = "cannot_tell"
    TOO_FEW = "too_few"
    AHEAD = "not_begun"


def judged(value: float, interval: Interval, answers: int, target: float, *, is_running: bool) -> Progress:
    """Return what may be said of a `value` and its 95 % `interval` (both in points or per cent) against a target.

    On target where the whole interval lies at it or above, below target where the whole interval lies below.
    """
    if answers < ENOUGH:
        return Progress.TOO_FEW
    low, high = interval.low, interval.high
    if is_running:
        low, high = value - WIDER * (value - low), value + WIDER * (high - value)
    if low >= target:
        return Progress.ON_TARGET
    return Progress.BELOW if high < target else Progress.UNCLEAR
