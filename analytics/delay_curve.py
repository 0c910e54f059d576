"""How late answers come, and how many are still to come: the delay curve and what it foretells. Pure.

Learned from people who have had their two weeks: of those who had not answered 1, 3 or 7 days after the ask, a certain
share still did within 14 (a life table; Cutler & Ederer, J. Chronic Diseases 8, 1958). The newest asks are taken to
behave so too. Unlike a rate that is scaled up, this holds for asks of today, of which nothing is known yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import prod, sqrt

from analytics.estimates import Z95, Interval

# Days after the ask at which answers are counted; a rate is whole after the last.
AGES = (1, 3, 7, 14)
DAYS = AGES[-1]
# Whoever answers within so many days answers early.
EARLY_DAYS = AGES[1]
# Weeks to learn from; and what a curve, or a group that is foretold, needs at least.
WEEKS = 13
FEWEST_WEEKS = 4
FEWEST_ANSWERS = 30
FEWEST_ASKED = 30


@dataclass(frozen=True, slots=True)
class Cohort:
    """People asked on one day: how many, and how many had answered within 1, 3, 7 and 14 days, as far as is known."""

    day: date
    asked: int
    answered: tuple[int, int, int, int]

    def stages(self, today: date) -> int:
        """Return how many of the ages each of them has passed, whenever on that day it was asked."""
        age = (today - self.day).days - 1
        return sum(age >= days for days in AGES)


@dataclass(frozen=True, slots=True)
class Curve:
    """How many of `asked` answered within 1, 3, 7 and 14 days, all of them having had the time.

    `spread`: how many times as far as by chance alone the rates of weeks lie apart, in variance; 1 at least.
    """

    asked: int
    answered: tuple[int, int, int, int]
    spread: float

    def at_risk(self, stage: int) -> int:
        """Return how many had not answered before a stage: the first, second, third or last stretch of days."""
        return self.asked - (self.answered[stage - 1] if stage else 0)

    def leaving(self, stage: int) -> float:
        """Return which share of those at risk answered in a stage."""
        answered = self.answered[stage] - (self.answered[stage - 1] if stage else 0)
        return answered / self.at_risk(stage) if self.at_risk(stage) else 0.0

    def silent(self, stages: int, without: int | None = None) -> float:
        """Return which share of those silent after `stages` stays so to the end; `without`: as if not in that one."""
        return prod(1 - self.leaving(stage) for stage in range(stages, len(AGES)) if stage != without)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Which share of people will have answered within 14 days of the ask, in per cent, with its interval of 95 %.

    `share_in`: how much of the expected answers are in, in per cent.
    """

    rate: float
    interval: Interval
    share_in: float


def learned(cohorts: Sequence[Cohort], today: date) -> Curve | None:
    """Return the curve of those who have had their two weeks; None where they are too few to learn from."""
    whole = [cohort for cohort in cohorts if cohort.asked and cohort.stages(today) == len(AGES)]
    weeks: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for cohort in whole:
        week = weeks[cohort.day - timedelta(days=cohort.day.weekday())]
        week[0] += cohort.asked
        week[1] += cohort.answered[-1]
    first, second, third, last = (sum(cohort.answered[stage] for cohort in whole) for stage in range(len(AGES)))
    if len(weeks) < FEWEST_WEEKS or last < FEWEST_ANSWERS:
        return None
    asked = sum(cohort.asked for cohort in whole)
    return Curve(asked, (first, second, third, last), _spread(list(weeks.values()), last / asked))


def forecast(curve: Curve, young: Sequence[Cohort], today: date, asked: int, answered: int) -> Forecast | None:
    """Return what will have become of `asked` people of whom `answered` did so far, within 14 days.

    `young`: those of them who have not had their two weeks. None where there are none, or where too few were asked.
    """
    if asked < FEWEST_ASKED or not any(cohort.asked for cohort in young):
        return None
    waiting = [0] * len(AGES)
    more = 0.0
    for cohort in young:
        stages = cohort.stages(today)
        silent = cohort.asked - (cohort.answered[stages - 1] if stages else 0)
        waiting[stages] += silent
        more += silent * (1 - curve.silent(stages)) - (cohort.answered[-1] - cohort.asked + silent)
    expected = answered + max(0.0, more)
    reach = Z95 * sqrt(curve.spread * (_of_chance(curve, waiting) + _of_learning(curve, waiting)))
    interval = Interval(100 * max(answered, expected - reach) / asked, 100 * min(asked, expected + reach) / asked)
    return Forecast(100 * expected / asked, interval, 100 * answered / expected if expected else 100.0)


def _spread(weeks: Sequence[Sequence[int]], share: float) -> float:
    """Return Pearson's chi-square of the weeks' (asked, answered) per degree of freedom; at least 1."""
    if share in (0, 1):
        return 1.0
    apart = sum((answered - asked * share) ** 2 / (asked * share * (1 - share)) for asked, answered in weeks)
    return max(1.0, apart / (len(weeks) - 1))


def _of_chance(curve: Curve, waiting: Sequence[int]) -> float:
    """Return the variance of how many of those who wait at each stage will answer, the curve being known."""
    return sum(count * curve.silent(stage) * (1 - curve.silent(stage)) for stage, count in enumerate(waiting))


def _of_learning(curve: Curve, waiting: Sequence[int]) -> float:
    """Return the variance that comes from having seen the curve in so many people only (as in Greenwood, 1926)."""
    total = 0.0
    for stage in range(len(AGES)):
        slope = sum(waiting[passed] * curve.silent(passed, without=stage) for passed in range(stage + 1))
        share = curve.leaving(stage)
        total += slope**2 * share * (1 - share) / max(1, curve.at_risk(stage))
    return total
