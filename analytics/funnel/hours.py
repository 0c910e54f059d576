"""When asking finds an answer: response rates by weekday and hour of asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from analytics import top_share
from analytics.counts import ENOUGH, FEW
from analytics.estimates import Interval
from analytics.funnel.stages import narrow
from analytics.models import SOON_DAYS
from analytics.rollups.cells import Selection
from surveys.models import Invitation

SOON = timedelta(days=SOON_DAYS)


@dataclass(frozen=True, slots=True)
class AnswerRate:
    """So many were asked, and so many of them answered within two weeks."""

    asked: int = 0
    answered: int = 0

    def __add__(self, other: AnswerRate) -> AnswerRate:
        return AnswerRate(self.asked + other.asked, self.answered + other.answered)

    @property
    def share(self) -> float | None:
        """In per cent; None where fewer than five were asked."""
        return 100 * self.answered / self.asked if self.asked >= FEW else None

    @property
    def interval(self) -> Interval | None:
        return top_share.of_share(self.answered, self.asked) if self.asked >= FEW else None

    def stands_apart(self, whole: AnswerRate) -> int:
        """Return 1 or −1 where it lies above or below that of all by more than chance explains, else 0."""
        if self.asked < ENOUGH or self.interval is None or whole.share is None:
            return 0
        return (self.interval.low > whole.share) - (self.interval.high < whole.share)


@dataclass(frozen=True, slots=True)
class Hours:
    """Rates by (weekday, hour) on the clock of the company: 1 is Monday. Only hours at which anybody was asked."""

    whole: AnswerRate
    cells: dict[tuple[int, int], AnswerRate]

    @property
    def hours(self) -> list[int]:
        return sorted({hour for _day, hour in self.cells})

    @property
    def days(self) -> list[int]:
        return sorted({day for day, _hour in self.cells})

    def of_day(self, wanted: int) -> AnswerRate:
        return sum((rate for (day, _hour), rate in self.cells.items() if day == wanted), AnswerRate())

    def of_hour(self, wanted: int) -> AnswerRate:
        return sum((rate for (_day, hour), rate in self.cells.items() if hour == wanted), AnswerRate())


def read(selection: Selection, now: datetime) -> Hours:
    """Return the rates of those asked in the period of a selection who had their two weeks by `now`."""
    start, end = selection.period.moments(selection.zone)
    asked = narrow(Invitation.objects.filter(asked_at__gte=start, asked_at__lt=min(end, now - SOON)), selection)
    zone = selection.zone
    soon = Q(answered_at__lte=F("asked_at") + SOON)
    rows = (
        asked.annotate(day=ExtractIsoWeekDay("asked_at", tzinfo=zone), hour=ExtractHour("asked_at", tzinfo=zone))
        .values_list("day", "hour")
        .annotate(number=Count("pk"), answering=Count("pk", filter=soon))
        .order_by()
    )
    cells = {(day, hour): AnswerRate(number, answered) for day, hour, number, answered in rows}
    return Hours(sum(cells.values(), AnswerRate()), cells)
