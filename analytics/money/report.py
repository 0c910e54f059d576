"""What the page of money says, of the answers and the deals of a selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.models import Organisation
from analytics.dashboard.report import Figures
from analytics.money import afterwards, amounts, heard, purchases, revenue_growth
from analytics.money.afterwards import Afterwards
from analytics.money.amounts import AmountRow
from analytics.money.forms import MoneyForm
from analytics.money.heard import HeardAccounts
from analytics.money.purchases import LeftOut
from analytics.money.revenue_growth import RevenueGrowth
from analytics.periods import Period
from analytics.rollups.cells import Selection
from analytics.topics.priorities import together_of


@dataclass(frozen=True)
class MoneyReport:
    """`year`: the days whose purchases weigh an account; `left_out`: the deals of these days that are in no sum."""

    selection: Selection
    currency: str
    answers: Figures
    heard: HeardAccounts
    year: Period
    left_out: LeftOut
    amounts: Sequence[AmountRow]
    afterwards: Afterwards
    growth: RevenueGrowth


def report(form: MoneyForm, zone: ZoneInfo) -> MoneyReport:
    """Return what the page says of what a valid form selects."""
    selection = form.selection(zone)
    found, year = heard.read(selection), purchases.year_to(selection.period)
    hanging = together_of(selection, found.counts.n)
    return MoneyReport(
        selection=selection,
        currency=Organisation.current().currency,
        answers=Figures(selection.metric, found.counts, spread=hanging),
        heard=found,
        year=year,
        left_out=purchases.left_out(purchases.won(selection, *year.moments(zone))),
        amounts=amounts.read(selection),
        afterwards=afterwards.read(selection, int(form.cleaned_data["after"]), form.teams, form.today),
        growth=revenue_growth.read(selection, form.cleaned_data["recommended"]),
    )
