"""Response rates that still grow: what will have become of the newest asks when they have had their two weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from analytics import delay_curve
from analytics.dashboard.report import Figures, Report
from analytics.delay_curve import DAYS, WEEKS, Cohort, Curve, Forecast
from analytics.periods import DAY, Period, bucket
from analytics.rollups import cohorts


@dataclass(frozen=True, slots=True)
class Growth:
    """People of a report who were asked less than 14 days ago.

    `rested_on`: the day from which on nobody of its period will be; None when that day has come.
    `whole`: what is expected of its rate; `points`: of the rate of each point of its chart that still grows. None
    stands where too few were asked, or too little is known of the past.
    """

    rested_on: date | None = None
    young: int = 0
    whole: Forecast | None = None
    points: Mapping[date, Forecast | None] = field(default_factory=dict)


def of(report: Report, today: date) -> Growth:
    """Return what still grows of a report: nothing where everybody has had two weeks, or nobody was asked."""
    selection = report.selection
    first_young = today - timedelta(days=DAYS)
    if not report.now.asked or selection.period.end <= first_young:
        return Growth()
    known = cohorts.read(selection, Period(first_young - timedelta(weeks=WEEKS), today + DAY))
    curve = delay_curve.learned(known, today)
    start, end = max(first_young, selection.period.start), selection.period.end
    young = [cohort for cohort in known if start <= cohort.day < end]
    by_point: dict[date, list[Cohort]] = {}
    for cohort in young:
        by_point.setdefault(bucket(cohort.day, selection.granularity), []).append(cohort)
    figures = {point.start: point.figures for point in report.points}
    return Growth(
        rested_on=selection.period.end + timedelta(days=DAYS),
        young=sum(cohort.asked for cohort in young),
        whole=_forecast(curve, young, today, report.now),
        points={day: _forecast(curve, found, today, figures[day]) for day, found in by_point.items()},
    )


def _forecast(curve: Curve | None, young: list[Cohort], today: date, figures: Figures) -> Forecast | None:
    return delay_curve.forecast(curve, young, today, figures.asked, figures.answered_soon) if curve else None
