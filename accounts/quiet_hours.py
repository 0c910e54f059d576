"""When a letter of notices is due: at once or together with others, and never in quiet hours; pure arithmetic.

Hours are those of the wall clock of one time zone, right on the days on which it is put forward or back.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)


class LetterPace(StrEnum):
    """Whether each letter leaves by itself, or what has gathered leaves together."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


class Quiet(NamedTuple):
    """Hours of the wall clock in which nothing is sent; `begins` after `ends` goes over midnight."""

    begins: time
    ends: time

    def holds_at(self, moment: datetime, zone: ZoneInfo) -> bool:
        at = moment.astimezone(zone).time()
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def mail_due(now: datetime, *, pace: LetterPace, daily_at: time, quiet: Quiet | None, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) from which a letter told of `now` (aware) may leave.

    Hourly is the next full hour of the zone, daily the next `daily_at`; what would be in quiet hours waits for their
    end.
    """
    match pace:
        case LetterPace.HOURLY:
            due = _full_hour_after(now, zone)
        case LetterPace.DAILY:
            due = _next(daily_at, now, zone, folds=(0,))
        case _:
            due = now.astimezone(UTC)
    return _next(quiet.ends, due, zone, folds=(0, 1)) if quiet and quiet.holds_at(due, zone) else due


def _full_hour_after(moment: datetime, zone: ZoneInfo) -> datetime:
    begun = moment.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    return begun.astimezone(UTC) + HOUR


def _next(at: time, after: datetime, zone: ZoneInfo, *, folds: Sequence[int]) -> datetime:
    """Return when the wall clock shows `at` next; an hour that comes twice counts as often as `folds` names it."""
    today = after.astimezone(zone).date()
    days = [datetime.combine(today + timedelta(days=number), at, zone) for number in (0, 1)]
    moments = [day.replace(fold=fold).astimezone(UTC) for day in days for fold in folds]
    # Of an hour that does not come the second reading is before it, the first after it.
    shown = [moment for moment in moments if moment.astimezone(zone).time() >= at]
    return min(moment for moment in shown if moment > after)
