"""How the revenue of the accounts that bought before grew or shrank, and what new ones brought. The sums are pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from analytics.counts import FEW
from analytics.formulas.retention import Revenue, customer_retention
from analytics.money import purchases
from analytics.money.purchases import ACCOUNT_OF_DEAL, GRACE, LeftOut
from analytics.rollups.cells import Selection
from crm.models import Deal

# Values travel as parameters: when this period begins, twice, and the channel of recommendations.
_BOTH = """
SET LOCAL jit = off;
WITH deal AS MATERIALIZED (SELECT * FROM ({deals}) AS one(account, at, channel_id, amount)),
was_there AS (SELECT DISTINCT account FROM ({earlier}) AS one(account))
SELECT coalesce(sum(amount) FILTER (WHERE at < %s), 0)::float8,
       coalesce(sum(amount) FILTER (WHERE at >= %s), 0)::float8,
       was_there.account IS NOT NULL,
       coalesce((array_agg(channel_id ORDER BY at))[1] = %s, false)
FROM deal LEFT JOIN was_there USING (account)
GROUP BY account, was_there.account
"""


class AccountGrowth(NamedTuple):
    """What an account bought in the period before and in this one.

    `is_known`: whether it bought anything before this period; `is_recommended`: whether its first purchase of both
    periods came by the channel of recommendations.
    """

    before: float
    now: float
    is_known: bool = True
    is_recommended: bool = False

    @property
    def is_of_start(self) -> bool:
        """Whether it is among those whose revenue the period starts with: credits are no revenue to keep."""
        return self.before > 0

    @property
    def is_earned(self) -> bool:
        return not self.is_known and self.is_recommended


@dataclass(frozen=True, slots=True)
class GrowthSums:
    """`revenue`: what became of the revenue; the numbers of accounts: at the start, of those kept, and without them.

    `returned` bought before but not in the period before; what they bring is among what was `bought`.
    """

    revenue: Revenue
    at_start: int = 0
    kept: int = 0
    new: int = 0
    returned: int = 0
    returned_revenue: float = 0.0

    @property
    def customers_kept(self) -> float | None:
        """CRR: the share of the accounts at the start that bought again."""
        return customer_retention(self.at_start, self.kept + self.new + self.returned, self.new + self.returned)


def summed(accounts: Iterable[AccountGrowth]) -> GrowthSums:
    """Return the sums of accounts: start × (1 + total growth) is what all of them bought in this period.

    An account whose credits exceed what it bought is lost, and takes more than it had.
    """
    rows = list(accounts)
    old = [row for row in rows if row.is_of_start]
    others = [row for row in rows if not row.is_of_start and row.now]
    kept = [row for row in old if row.now > 0]
    returned = [row for row in others if row.is_known]
    return GrowthSums(
        Revenue(
            start=sum(row.before for row in old),
            expansion=sum(max(0.0, row.now - row.before) for row in kept),
            contraction=sum(max(0.0, row.before - row.now) for row in kept),
            churn=sum(row.before - row.now for row in old if row.now <= 0),
            earned=sum(row.now for row in others if row.is_earned),
            bought=sum(row.now for row in others if not row.is_earned),
        ),
        at_start=len(old),
        kept=len(kept),
        new=len(others) - len(returned),
        returned=len(returned),
        returned_revenue=sum(row.now for row in returned),
    )


@dataclass(frozen=True, slots=True)
class RevenueGrowth:
    """`begins_late`: the first day on which a deal is known, where the period before is not all there."""

    sums: GrowthSums
    left_out: LeftOut
    begins_late: date | None
    knows_recommendations: bool

    @property
    def is_shown(self) -> bool:
        """Whether enough accounts bought in a period before that is all there."""
        return self.begins_late is None and self.sums.at_start >= FEW


def read(selection: Selection, recommended: int | None) -> RevenueGrowth:
    """Return how revenue grew from the period before to this one; `recommended`: the channel of recommendations."""
    first, deals = purchases.known_since(selection), _of_both(selection)
    return RevenueGrowth(
        summed(_accounts(selection, deals, recommended)),
        purchases.left_out(deals),
        first if first and first > selection.before.start + GRACE else None,
        recommended is not None,
    )


def _of_both(selection: Selection) -> QuerySet[Deal]:
    before, now = (
        purchases.won(selection, *period.moments(selection.zone)) for period in (selection.before, selection.period)
    )
    return before | now


def _accounts(selection: Selection, deals: QuerySet[Deal], recommended: int | None) -> list[AccountGrowth]:
    now, _end = selection.period.moments(selection.zone)
    priced = purchases.priced(deals).order_by().annotate(told_account=ACCOUNT_OF_DEAL)
    told, of_deals = priced.values_list(
        "told_account", "closed_at", "channel_id", "amount_base"
    ).query.sql_with_params()
    earlier = purchases.of_teams(selection.teams).filter(closed_at__lt=now).annotate(told_account=ACCOUNT_OF_DEAL)
    known, of_known = earlier.order_by().values_list("told_account").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_BOTH.format(deals=told, earlier=known), [*of_deals, *of_known, now, now, recommended])
        return [AccountGrowth(*row) for row in cursor.fetchall()]
