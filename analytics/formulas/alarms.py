"""Telling a lasting change of a series from its noise, week by week or month by month. Pure.

The exponentially weighted moving average (EWMA; Roberts, Technometrics 1, 1959) of standardised numbers. A period is
measured against a baseline that ends some periods earlier, so that a change does not swallow itself, and where the
baseline spreads more than chance would have it all is divided by Laney's σ_z (Quality Engineering 14, 2002).

A quiet year of 52 weeks raises a false alarm in 11 of 100 series at a threshold of 3.0 and in 3 of 100 at 3.5
(simulated in tests/analytics/formulas/test_alarms.py); where weeks differ more than chance would have it, in 18 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from math import fsum, sqrt

from analytics import nps
from analytics.counts import Counts

# The mean distance of two draws of a standard normal distribution.
NORMAL_DISTANCE = 1.128
# An episode is over once the statistic has come back so near to 0.
CALM = 1.0
# A smaller change is worth no notice, however certain: in points, over the last few periods.
WORTH_A_NOTICE = 5.0
LAST = 4


@dataclass(frozen=True, slots=True)
class Chart:
    """How a series is watched: `baseline` and `lag` in periods, `weight` of the newest period, alarm above `threshold`.

    A threshold of 3.5 suits more than ten series at once. Below some ten answers a week it is better to watch months,
    and below forty a month none.
    """

    baseline: int = 26
    lag: int = 4
    weight: float = 0.2
    threshold: float = 3.0


WEEKLY = Chart()
MONTHLY = Chart(baseline=12, lag=1, weight=0.4)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a period is measured against.

    `nps` in points, `variance` of one answer, `sigma` how many times as far its periods spread as by chance, from 1.
    """

    nps: float
    variance: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A period on the chart: `place` in the series, `z` its distance from the baseline, `average` their EWMA.

    `statistic` is the average in its own standard errors.
    """

    place: int
    counts: Counts
    baseline: Baseline
    z: float
    average: float
    statistic: float
    is_alarm: bool


class Direction(Enum):
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Episode:
    """A lasting change: the period whose `reading` told of it first; the last ones lay `points` off then."""

    reading: Reading
    direction: Direction
    points: float


def readings(series: Sequence[Counts], chart: Chart = WEEKLY) -> list[Reading]:
    """Return the readings of all periods behind the first baseline; none when there are fewer.

    Periods without answers are dropped before everything else, so `place` may jump, and the baseline are `baseline`
    periods with answers. The variance of a baseline has three answers added and is never 0.
    """
    heard = [(place, counts) for place, counts in enumerate(series) if counts.n]
    found: list[Reading] = []
    average = 0.0
    for at in range(chart.baseline, len(heard)):
        end = max(chart.baseline, at - chart.lag)
        baseline = _baseline([counts for _place, counts in heard[end - chart.baseline : end]])
        place, counts = heard[at]
        z = _distance(counts, baseline) / baseline.sigma
        average = (1 - chart.weight) * average + chart.weight * z
        statistic = average / _error(chart.weight, len(found) + 1)
        found.append(Reading(place, counts, baseline, z, average, statistic, abs(statistic) > chart.threshold))
    return found


def episodes(found: Sequence[Reading]) -> list[Episode]:
    """Return the episodes, the earliest first; each gives one alarm.

    After an alarm the next one may come when the statistic has been below 1, or in the other direction. An episode
    whose last four periods lie within 5 points of the baseline waits until they do not.
    """
    given: list[Episode] = []
    open_direction: Direction | None = None
    for at, reading in enumerate(found):
        if abs(reading.statistic) < CALM:
            open_direction = None
        direction = Direction.BETTER if reading.statistic > 0 else Direction.WORSE
        points = _points_off(found[max(0, at + 1 - LAST) : at + 1])
        if reading.is_alarm and direction is not open_direction and abs(points) >= WORTH_A_NOTICE:
            given.append(Episode(reading, direction, points))
            open_direction = direction
    return given


def cusum(series: Sequence[float], slack: float = 0.5) -> Iterator[tuple[float, float]]:
    """Yield the sums C⁺ and C⁻ of standardised numbers, both from 0 on: how far they have gone up and down (Page 1954).

    Each sum forgives `slack` per period. An alarm at 5 is false once in some 465 quiet periods.
    """
    up = down = 0.0
    for z in series:
        up, down = max(0.0, up + z - slack), max(0.0, down - z - slack)
        yield up, down


def _baseline(periods: Sequence[Counts]) -> Baseline:
    total = sum(periods, Counts())
    variance = (nps.variance(total) * total.n**2 + 1) / (total.n + nps.ADDED_ANSWERS)
    plain = Baseline(_nps(total), variance, 1.0)
    steps = [abs(later - earlier) for earlier, later in pairwise(_distance(counts, plain) for counts in periods)]
    spread = fsum(steps) / len(steps) / NORMAL_DISTANCE if steps else 1.0
    return Baseline(plain.nps, variance, max(1.0, spread))


def _distance(counts: Counts, baseline: Baseline) -> float:
    return (_nps(counts) - baseline.nps) / 100 / sqrt(baseline.variance / counts.n)


def _error(weight: float, periods: int) -> float:
    return sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * periods)))


def _points_off(last: Sequence[Reading]) -> float:
    return _nps(sum((reading.counts for reading in last), Counts())) - last[-1].baseline.nps


def _nps(counts: Counts) -> float:
    return 100 * (counts.good - counts.bad) / counts.n
