"""The points of the chart as they are printed: what each is called, whether it is whole, and whether its rate grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.dashboard import answer_links
from analytics.dashboard.charts import PointName
from analytics.dashboard.growth import Growth
from analytics.dashboard.report import Figures, Point, Report
from analytics.delay_curve import Forecast
from analytics.periods import Granularity, Period, bucket, following
from analytics.rollups import spreads


@dataclass(frozen=True, slots=True)
class PointLine:
    """One row of the table below the chart. `forecast` is of a rate that grows, where enough is known for one.

    `url` leads to its answers, where there are any.
    """

    label: str
    figures: Figures
    is_part: bool
    is_running: bool
    is_growing: bool
    forecast: Forecast | None
    url: str


def lines(report: Report, growth: Growth, today: date, query: QueryDict | None = None) -> list[PointLine]:
    """Return the rows of the table, one for each point; with `query` they lead to their answers."""
    granularity, partial = report.selection.granularity, partial_points(report, today)
    newest = len(report.points) - 1
    return [
        PointLine(
            label=label(point.start, granularity),
            figures=point.figures,
            is_part=(place == 0 and "first" in partial) or (place == newest and "last" in partial),
            is_running=place == newest and "growing" in partial,
            is_growing=point.start in growth.points,
            forecast=growth.points.get(point.start),
            url=_way(point, report, query) if query is not None and point.figures.n else "",
        )
        for place, point in enumerate(report.points)
    ]


def _way(of: Point, report: Report, query: QueryDict) -> str:
    days = spreads.point(report.selection, of.start)
    return answer_links.of_days(report.selection, query, days)


def names(points: list[Point], granularity: Granularity) -> list[PointName]:
    """Return what the points are called on the chart; weeks stand there without their year."""
    if granularity != Granularity.WEEK:
        return [PointName(name, name) for name in (label(point.start, granularity) for point in points)]
    return [
        PointName(label(day, granularity), date_format(day, "AXIS_DAY_FORMAT"), str(day.year))
        for day in (point.start for point in points)
    ]


class DatedChange(NamedTuple):
    """A lasting change of the number: the day from which on it was noticed, and what is said of it."""

    start: date
    is_better: bool
    sentence: str


def places_of(changes: Iterable[DatedChange], report: Report) -> list[tuple[int, bool, str]]:
    """Return at which points of the chart the changes were noticed; those outside of it are left out."""
    granularity = report.selection.granularity
    places = {point.start: place for place, point in enumerate(report.points)}
    return [
        (place, change.is_better, change.sentence)
        for change in changes
        if (place := places.get(bucket(change.start, granularity))) is not None
    ]


def partial_points(report: Report, today: date) -> set[str]:
    """Return which points hold less than their bucket: the “first”, the “last”, or one that is still “growing”."""
    period, granularity = report.selection.period, report.selection.granularity
    buckets = period.buckets(granularity)
    found = {"first"} if buckets[0] < period.start else set()
    if following(buckets[-1], granularity) > period.end:
        found.add("growing" if period.end > today else "last")
    return found


def label(start: date, granularity: Granularity) -> str:
    """Return what a point of a chart is called."""
    if granularity == Granularity.WEEK:
        return date_format(start, "DATE_FORMAT")
    if granularity == Granularity.MONTH:
        return date_format(start, "AXIS_MONTH_FORMAT")
    return _("Q%(number)d %(year)d") % {"number": (start.month + 2) // 3, "year": start.year}


def period_name(days: Period) -> str:
    """Return the first and the last day of a period as one name."""
    first, last = (date_format(day, "DATE_FORMAT") for day in (days.start, days.last_day))
    return f"{first} – {last}"
