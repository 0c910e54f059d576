"""A number in windows that move on: each holds the last weeks or months before the end of its point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import connection

from analytics.counts import Counts
from analytics.dashboard.report import GRACE, Figures, Point
from analytics.models import SCORES, Dimension
from analytics.periods import Granularity, Period, bucket, following, months_before
from analytics.rollups import cells, spreads, totals
from analytics.rollups.cells import OF_MEMBERS, OF_SELECTION, Selection, parameters_of
from analytics.rollups.totals import NOTHING, Total
from analytics.trend.forms import MovingWindow
from analytics.unit import Unit
from surveys.metrics import SCALES

# Answers within a window that the same customer gave anew within it. Only constants of this package are put into it.
_SUPERSEDED = f"""
SELECT "window".number::int, score, count(*)::int
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS "window"(start, "end", number)
JOIN analytics_succession ON at >= "window".start AND {{next}} < "window"."end"
WHERE {OF_SELECTION} AND {OF_MEMBERS}
GROUP BY 1, 2
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class RolledPoint:
    """One point of the chart: the days of its window, and what was answered in them.

    `is_whole`: whether counting had begun before them, so that the window holds all that it is called.
    """

    start: date
    days: Period
    figures: Figures
    is_whole: bool

    @property
    def is_shown(self) -> bool:
        return self.as_point.figures.is_shown

    @property
    def as_point(self) -> Point:
        """The point as a chart takes it; of a window that holds less than it is called there is no number."""
        return Point(self.start, self.figures if self.is_whole else Figures(self.figures.metric))


def read(selection: Selection, window: MovingWindow) -> list[RolledPoint]:
    """Return the points of the period, each with the window that ends with it. Days after the period are in none.

    Of a relationship each customer's latest answer within a window counts. How answers hang together is that of the
    whole time, of which each window has its part: its interval errs on the side of a wider one.
    """
    windows, days = _windows(selection.period, window), days_of(selection.period, window)
    wide = replace(selection, granularity=window.step, period=days, before=Period(days.start, days.start))
    found = cells.read(wide)
    whole = totals.of_periods(found).get((Dimension.ALL.value, 0, True), NOTHING).answers
    hanging = spreads.read(wide).of(Dimension.ALL, 0, is_current=True, answers=whole)
    by_bucket = totals.of_points(cell for cell in found if not cell.are_superseded)
    superseded = _superseded(wide, list(windows.values()))
    begins = cells.first_day(wide)
    points = []
    for number, (start, held) in enumerate(windows.items()):
        by_score = _summed(by_bucket[each] for each in held.buckets(window.step) if each in by_bucket)
        counts = Counts.of_scores(SCALES[wide.metric], by_score) - superseded[number]
        figures = Figures(wide.metric, counts, spread=hanging.of_part(counts.n, whole))
        points.append(RolledPoint(start, held, figures, is_whole=begins is not None and begins <= held.start + GRACE))
    return points


def days_of(period: Period, window: MovingWindow) -> Period:
    """Return the days that the windows of a period hold together."""
    return Period(_back(bucket(period.start, window.step), window), period.end)


def _windows(period: Period, window: MovingWindow) -> dict[date, Period]:
    """Return the days of each window by the first day of the week or month that it ends with."""
    return {
        start: Period(_back(start, window), min(following(start, window.step), period.end))
        for start in period.buckets(window.step)
    }


def _back(start: date, window: MovingWindow) -> date:
    if window.step == Granularity.WEEK:
        return start - timedelta(weeks=window.length - 1)
    return months_before(start, window.length - 1)


def _summed(found: Iterable[Total]) -> list[int]:
    return [sum(scores) for scores in zip(NOTHING.by_score, *(total.by_score for total in found), strict=True)]


def _superseded(selection: Selection, windows: Sequence[Period]) -> list[Counts]:
    """Return how many answers of each window were given anew within it."""
    scale, nothing = SCALES[selection.metric], [0] * len(SCORES)
    by_window = [list(nothing) for _window in windows]
    if selection.unit is not Unit.ANSWERS:
        moments = [held.moments(selection.zone) for held in windows]
        parameters = parameters_of(selection) | {
            "starts": [start for start, _end in moments],
            "ends": [end for _start, end in moments],
        }
        with connection.cursor() as cursor:
            cursor.execute(_SUPERSEDED.format(next=selection.next_answer), parameters)
            for number, score, answers in cursor.fetchall():
                by_window[number - 1][score] = answers
    return [Counts.of_scores(scale, by_score) for by_score in by_window]
