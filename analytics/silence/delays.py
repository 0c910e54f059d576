"""How late answers come, and how many of those asked in a period will have answered when all have had two weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from analytics import delay_curve
from analytics.delay_curve import DAYS, WEEKS, Curve, Forecast
from analytics.periods import DAY, Period
from analytics.rollups import cohorts
from analytics.rollups.cells import Selection
from analytics.silence.asked import AskedPeople


@dataclass(frozen=True, slots=True)
class Delays:
    """`curve`: learned from the last 13 weeks that had their time, None where they tell too little.

    `young`: how many of the silent of the period were asked less than 14 days ago; `forecast`: what becomes of the
    whole period, None where nobody was asked so late, or nothing can be foretold. `rested_on`: the day on which all
    have had their time.
    """

    curve: Curve | None
    young: int
    forecast: Forecast | None
    rested_on: date


def read(selection: Selection, people: AskedPeople, today: date) -> Delays:
    """Return the delays of a selection by the same filters; `people` are those asked in its period."""
    first_young = today - timedelta(days=DAYS)
    known = cohorts.read(selection, Period(first_young - timedelta(weeks=WEEKS), today + DAY))
    curve = delay_curve.learned(known, today)
    start, end = max(first_young, selection.period.start), selection.period.end
    young = [cohort for cohort in known if start <= cohort.day < end]
    number, answered = people.together.number, people.answered_soon
    return Delays(
        curve=curve,
        young=sum(cohort.asked - cohort.answered[-1] for cohort in young),
        forecast=delay_curve.forecast(curve, young, today, number, answered) if curve else None,
        rested_on=end + timedelta(days=DAYS),
    )
