"""When a message may go out: hours and weekdays on the recipient's own clock, holidays left out.

On each allowed local date the window is one interval. It opens at the first moment when the clock shows `opens` or
later and closes at the first moment when it shows `closes` or later; the closing moment is outside. So an opening that
spring skips falls on the jump itself, and one that autumn repeats is the earlier of the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
# Longer than any run of holidays; a window that stays shut for that long never opens.
HORIZON_DAYS = 400


class NeverOpens(Exception):
    """There is no day within a year on which to send."""


@dataclass(frozen=True)
class Window:
    """`weekdays` are ISO numbers, 1 is Monday; one whose `opens` is not before `closes` never opens."""

    opens: time
    closes: time
    weekdays: frozenset[int]

    @property
    def ever_opens(self) -> bool:
        return self.opens < self.closes and bool(self.weekdays)

    def within(self, other: "Window") -> "Window":
        """Return when both are open; it never opens where they have no hour or no day in common."""
        return Window(max(self.opens, other.opens), min(self.closes, other.closes), self.weekdays & other.weekdays)


class WindowDay(NamedTuple):
    """One local date: its window, if it has one, and the opening of the next date that has one."""

    date: date
    opens_at: datetime | None
    closes_at: datetime | None
    next_opens_at: datetime


def first_moment(after: datetime, window: Window, zone: ZoneInfo, holidays: frozenset[date] = frozenset()) -> datetime:
    """Return the first moment inside the window at or after `after`, in UTC.

    Raises NeverOpens when no weekday is allowed or holidays fill every one of them.
    """
    after = after.astimezone(UTC)
    for opens_at, _closes_at in upcoming(after, window, zone, holidays):
        return max(after, opens_at)
    raise NeverOpens


def upcoming(
    after: datetime, window: Window, zone: ZoneInfo, holidays: frozenset[date] = frozenset()
) -> Iterator[tuple[datetime, datetime]]:
    """Yield opening and closing, in UTC, of every window not yet over at `after`, until none comes for a year."""
    after = after.astimezone(UTC)
    for _day, opens_at, closes_at in _openings(after.astimezone(zone).date(), window, zone, holidays):
        if after < closes_at:
            yield opens_at, closes_at


def calendar(
    first: date, last: date, window: Window, zone: ZoneInfo, holidays: frozenset[date] = frozenset()
) -> list[WindowDay]:
    """Return every local date from `first` to `last` with its window, for look-ups in bulk.

    A moment `m` of local date `d` may be used at max(m, opens_at) when m < closes_at, else at next_opens_at.
    Raises NeverOpens as `first_moment` does.
    """
    openings = _openings(first, window, zone, holidays)
    upcoming = _next(openings)
    days = []
    day = first
    while day <= last:
        if upcoming[0] > day:
            days.append(WindowDay(day, None, None, upcoming[1]))
        else:
            today, upcoming = upcoming, _next(openings)
            days.append(WindowDay(day, today[1], today[2], upcoming[1]))
        day += ONE_DAY
    return days


def _next(openings: Iterator[tuple[date, datetime, datetime]]) -> tuple[date, datetime, datetime]:
    try:
        return next(openings)
    except StopIteration:
        raise NeverOpens from None


def _openings(
    first: date, window: Window, zone: ZoneInfo, holidays: frozenset[date]
) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield date, opening and closing of each window from `first` on, until none comes for a year."""
    day, shut_for = first, 0
    while shut_for < HORIZON_DAYS:
        shut_for += 1
        if day.isoweekday() in window.weekdays and day not in holidays:
            opens_at, closes_at = _instant(day, window.opens, zone), _instant(day, window.closes, zone)
            if opens_at < closes_at:
                shut_for = 0
                yield day, opens_at, closes_at
        day += ONE_DAY


# The same few days, hours and zones are asked for again and again.
@lru_cache(maxsize=4096)
def _instant(day: date, clock_time: time, zone: ZoneInfo) -> datetime:
    """Return the first moment of `day` when the clock shows `clock_time` or later, in UTC."""
    local = datetime.combine(day, clock_time, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _jump_between(local.replace(fold=1).astimezone(UTC), instant, zone)


def _jump_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment between two, in UTC, at which the clock is put forward (`after` lies behind it)."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
