"""How often the questions of widgets came into sight, and how many of these looks ended with an answer.

It is a share of looks of whoever was on a page: no response rate, for nobody knows whether two looks were one person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum

from analytics import top_share
from analytics.counts import FEW
from analytics.estimates import Interval
from analytics.periods import Period
from responses.models import WebWidget, WidgetDay


@dataclass(frozen=True, slots=True)
class Looks:
    """What became of the questions that were seen; the interval is Wilson's."""

    seen: int = 0
    closed: int = 0
    answered: int = 0

    @property
    def share(self) -> float | None:
        """In per cent; None where so few looked that they are only counted."""
        return 100 * self.answered / self.seen if self.seen >= FEW else None

    @property
    def interval(self) -> Interval | None:
        return top_share.of_share(self.answered, self.seen) if self.seen >= FEW else None


NOBODY = Looks()


def read(widgets: Iterable[WebWidget], period: Period) -> Mapping[int, Looks]:
    """Return the looks at widgets on the days of a period, by the ids of those that were seen; in one query."""
    days = WidgetDay.objects.filter(widget__in=list(widgets), day__gte=period.start, day__lt=period.end)
    sums = days.values_list("widget").annotate(Sum("seen"), Sum("closed"), Sum("answered"))
    return {widget: Looks(*counts) for widget, *counts in sums}
