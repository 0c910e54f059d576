"""Which months the first sentences of a page judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from analytics.dashboard.report import GRACE, Report, is_closed, told
from analytics.headlines.lent_spreads import LentSpreads
from analytics.models import Dimension
from analytics.periods import Granularity, Period, months_before
from analytics.rollups import cells
from analytics.rollups.cells import Selection

# So many whole months are judged against those before them.
LENGTHS = (12, 6, 3, 1)
DAYS_OF_MONTH = 365.25 / 12


def judged_report(report: Report, names: Mapping[Dimension, Mapping[int, str]], today: date) -> Report | None:
    """Return the report that the first sentences are about: of a page that may be judged its own, else of its months.

    It may not be judged where its days are no whole months that are over, or where counting began too late for those
    before them: then fewer of its months may be. The months take one statement more, of the rollups; how answers hang
    together is lent by the page. None where counting began too late for any.
    """
    if is_closed(report.selection, today) and not report.begins_late:
        return report
    begins = cells.first_day(report.selection)
    months = judged(report.selection, today, begins) if begins else None
    if months is None:
        return None
    return told(months, cells.read(months), LentSpreads.of_report(report), names, today, begins)


def judged(selection: Selection, today: date, begins: date) -> Selection | None:
    """Return what to judge instead of a selection that may not be judged as it is.

    These are the last whole months of it that are over: 12, 6, 3 or 1, the most that are about no longer than its own
    period and whose months before were counted from the first week on. Where it is compared with the year before, so
    are they. None where counting began too late for even a month.
    """
    end = min(selection.period.end, today).replace(day=1)
    for days in _lengths(selection.period, end):
        before = days.previous if selection.before == selection.period.previous else days.year_before
        if begins <= before.start + GRACE:
            return replace(selection, period=days, before=before, granularity=Granularity.QUARTER)
    return None


def _lengths(period: Period, end: date) -> Iterator[Period]:
    longest = max(1, round(period.days / DAYS_OF_MONTH))
    for months in LENGTHS:
        if months <= longest:
            yield Period(months_before(end, months), end)
