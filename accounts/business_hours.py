"""When people work: due times are counted in business hours of the company's own time zone."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# A calendar without a single working day in this many is a mistake, not a calendar.
LONGEST_CLOSURE_DAYS = 400


@dataclass(frozen=True)
class Calendar:
    """Opening hours on weekdays (1 is Monday), closed on `holidays`, in one time zone."""

    zone: ZoneInfo
    holidays: frozenset[date] = field(default_factory=frozenset)
    opens: time = time(9)
    closes: time = time(18)
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})

    def is_working_day(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays and day not in self.holidays

    def working_day_after(self, day: date, days: int) -> date:
        """Return the working day that comes as the `days`-th (1 or more) after `day`. Raises NeverOpen."""
        for _ in range(LONGEST_CLOSURE_DAYS + 7 * days):
            day += timedelta(days=1)
            days -= self.is_working_day(day)
            if days <= 0:
                return day
        raise NeverOpen(self)

    def hours_of(self, day: date) -> tuple[datetime, datetime]:
        """Return when `day` opens and closes, in UTC."""
        opens, closes = (datetime.combine(day, at, self.zone).astimezone(UTC) for at in (self.opens, self.closes))
        return opens, closes


def due(start: datetime, hours: float, calendar: Calendar) -> datetime:
    """Return the moment (UTC) when `hours` business hours have passed since `start` (aware).

    Time outside of business hours does not count, so the result lies within business hours: zero hours from a
    Saturday are Monday's opening. Raises NeverOpen for a calendar that has no working day.
    """
    left = timedelta(hours=hours)
    day = start.astimezone(calendar.zone).date()
    for _ in range(LONGEST_CLOSURE_DAYS + int(hours)):
        if calendar.is_working_day(day):
            opens, closes = calendar.hours_of(day)
            begin = max(opens, start.astimezone(UTC))
            if begin <= closes and begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta())
        day += timedelta(days=1)
    raise NeverOpen(calendar)


class NeverOpen(Exception):
    """The calendar has no working day within more than a year."""
