"""Days, periods and the buckets of a chart, counted in the company's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class Granularity(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `start` up to, but not including, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return max(0, (self.end - self.start).days)

    @property
    def last_day(self) -> date:
        return self.end - DAY

    @property
    def is_whole_months(self) -> bool:
        return self.days > 0 and self.start.day == 1 and self.end.day == 1

    @property
    def previous(self) -> Period:
        """As many calendar months just before where these are whole ones; else the same number of days."""
        if self.is_whole_months:
            return Period(months_before(self.start, months_between(self.start, self.end)), self.start)
        return Period(self.start - timedelta(days=self.days), self.start)

    @property
    def year_before(self) -> Period:
        """The same dates a year earlier; 29 February becomes 1 March."""
        return Period(_a_year_before(self.start), _a_year_before(self.end))

    def is_over(self, today: date) -> bool:
        return self.end <= today

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when the period begins and when it ends for whoever counts days in `zone`."""
        return midnight(self.start, zone), midnight(self.end, zone)

    def buckets(self, granularity: Granularity) -> list[date]:
        """Return the first days of the weeks, months or quarters that the period touches."""
        found = []
        start = bucket(self.start, granularity)
        while start < self.end:
            found.append(start)
            start = following(start, granularity)
        return found

    def whole_months(self) -> Period:
        """Return the run of calendar months that lie wholly inside; empty (start = end) when there is none."""
        start = self.start if self.start.day == 1 else following(self.start.replace(day=1), Granularity.MONTH)
        end = self.end.replace(day=1)
        return Period(start, end) if start < end else Period(self.start, self.start)

    def usual_granularity(self) -> Granularity:
        if self.days <= 100:
            return Granularity.WEEK
        return Granularity.MONTH if self.days <= 800 else Granularity.QUARTER


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which `day` begins in `zone`."""
    return datetime.combine(day, time(), zone)


def bucket(day: date, granularity: Granularity) -> date:
    """Return the first day of the week (Monday), month or quarter that holds `day`."""
    if granularity == Granularity.WEEK:
        return day - timedelta(days=day.weekday())
    month = day.month if granularity == Granularity.MONTH else 3 * ((day.month - 1) // 3) + 1
    return date(day.year, month, 1)


def following(start: date, granularity: Granularity) -> date:
    """Return the first day of the bucket after the one that begins on `start`."""
    if granularity == Granularity.WEEK:
        return start + timedelta(weeks=1)
    months = start.year * 12 + start.month - 1 + (1 if granularity == Granularity.MONTH else 3)
    return date(months // 12, months % 12 + 1, 1)


def months_before(day: date, months: int) -> date:
    """Return the first day of the month that lies `months` months before that of `day`."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def months_between(start: date, end: date) -> int:
    """Return how many months the first days of two months lie apart."""
    return 12 * (end.year - start.year) + end.month - start.month


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1)
