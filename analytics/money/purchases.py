"""What customers bought: won deals in the company's own currency, and whose they are.

An amount in another currency is taken at the rate of the day on which its deal was closed (`crm.money`). A deal without
an amount, or without a rate for its currency, is in no sum, and how many such deals there are is told beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Min, QuerySet
from django.db.models.functions import Coalesce

from analytics.periods import Period
from analytics.rollups.cells import Selection
from crm.models import Deal

Teams = tuple[int, ...] | None
# Whose a deal is, by the numbers of the accounts of answers: the company's, or the contact's where there is none.
ACCOUNT_OF_DEAL = Coalesce(F("company_id") * 4, F("contact_id") * 4 + 1)
YEAR = timedelta(days=365)
# A first deal some days into a period is no sign that deals are known only from then on.
GRACE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Won deals that are in no sum: those without an amount, and by currency those without a rate."""

    without_amount: int = 0
    without_rate: Mapping[str, int] = field(default_factory=dict)

    @property
    def are_there(self) -> bool:
        return bool(self.without_amount or self.without_rate)


def year_to(period: Period) -> Period:
    """Return the 365 days that end with a period: what an account bought in them is what it weighs."""
    return Period(period.end - YEAR, period.end)


def won(selection: Selection, start: datetime, end: datetime) -> QuerySet[Deal]:
    """Return the deals won from `start` on and before `end` by the same team, manager, channel and product."""
    members = {f"{name.value}_id": member for name, member in selection.members.items()}
    return of_teams(selection.teams).filter(closed_at__gte=start, closed_at__lt=end, **members)


def of_teams(teams: Teams) -> QuerySet[Deal]:
    """Return every won deal of these teams, or of all where None."""
    deals = Deal.objects.filter(status=Deal.Status.WON)
    return deals if teams is None else deals.filter(team_id__in=teams)


def priced(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    return deals.filter(amount_base__isnull=False)


def left_out(deals: QuerySet[Deal]) -> LeftOut:
    """Return which of these deals are in no sum."""
    without = deals.filter(amount_base__isnull=True)
    by_currency = without.filter(amount__isnull=False).order_by("currency").values_list("currency")
    return LeftOut(without.filter(amount__isnull=True).count(), dict(by_currency.annotate(Count("pk"))))


def known_since(selection: Selection) -> date | None:
    """Return the day of the first won deal of these teams, whatever else is chosen; None where there is none."""
    first = of_teams(selection.teams).aggregate(first=Min("closed_at"))["first"]
    return first.astimezone(selection.zone).date() if first else None
