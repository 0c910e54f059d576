"""How the revenue of the accounts that bought before grew or shrank, and what new ones brought. The sums are pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Case, Exists, OuterRef, SmallIntegerField, Value, When

from analytics.counts import FEW
from analytics.formulas.retention import Revenue, customer_retention
from analytics.money import purchases
from analytics.money.purchases import ACCOUNT_OF_DEAL, GRACE, LeftOut
from analytics.rollups.cells import Selection
from followups.models import ReferralCode, ReferralReward

# Accounts of one kind are one row: what became of their revenue adds up. `side`: 1 is the period before, 2 this one.
# An account is recommended whose first purchase of all came by the channel of recommendations or with the code of a
# customer. One with a purchase of
# no known amount is left out: nobody knows whether it bought more, less or as much.
_BOTH = """
SET LOCAL jit = off;
WITH of_account AS (
    SELECT coalesce(sum(amount) FILTER (WHERE side = 1), 0) AS before,
           coalesce(sum(amount) FILTER (WHERE side = 2), 0) AS now,
           min(at) < %s AS is_known,
           coalesce(min(at) FILTER (WHERE channel_id = %s OR is_referred) = min(at), false) AS is_recommended
    FROM ({deals}) AS deal(account, at, channel_id, is_referred, amount, side) GROUP BY account
    HAVING bool_or(side > 0) AND NOT bool_or(side > 0 AND amount IS NULL)
)
SELECT sum(before)::float8, sum(now)::float8, is_known, is_recommended, count(*)::int
FROM of_account GROUP BY before > 0, sign(now), now >= before, is_known, is_recommended
"""


class AccountGrowth(NamedTuple):
    """What an account bought in the period before and in this one, or so many of one kind together.

    `is_known`: whether it bought anything before this period; `is_recommended`: whether its first purchase came by the
    channel of recommendations or with the code of a customer. Of one kind are accounts that were or were not of the
    start, bought more, less or nothing now, and are alike in both.
    """

    before: float
    now: float
    is_known: bool = True
    is_recommended: bool = False
    number: int = 1

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
        at_start=_number(old),
        kept=_number(kept),
        new=_number(others) - _number(returned),
        returned=_number(returned),
        returned_revenue=sum(row.now for row in returned),
    )


def _number(rows: Iterable[AccountGrowth]) -> int:
    return sum(row.number for row in rows)


@dataclass(frozen=True, slots=True)
class RevenueGrowth:
    """`begins_late`: the first day on which a deal is known, where the period before is not all there.

    `left_out`: the deals without a known amount, whose accounts are not in the sums.
    """

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
    first, both = purchases.known_since(selection), (selection.before, selection.period)
    of_before, of_now = (purchases.won(selection, *period.moments(selection.zone)) for period in both)
    return RevenueGrowth(
        summed(_accounts(selection, recommended)),
        purchases.left_out(of_before | of_now),
        first if first and first > selection.before.start + GRACE else None,
        recommended is not None or ReferralCode.objects.exists(),
    )


def _accounts(selection: Selection, recommended: int | None) -> list[AccountGrowth]:
    (_start, _end), (now, end) = both = [
        period.moments(selection.zone) for period in (selection.before, selection.period)
    ]
    members = {f"{name.value}_id": member for name, member in selection.members.items()}
    sides = [
        When(closed_at__gte=first, closed_at__lt=last, **members, then=Value(side))
        for side, (first, last) in enumerate(both, start=1)
    ]
    deals = purchases.of_teams(selection.teams).filter(closed_at__lt=end).order_by()
    # What counts as won by a code, and not as the customer's own, is decided once, where rewards come due.
    by_code = ReferralReward.objects.filter(deal=OuterRef("pk"))
    told = deals.annotate(
        told_referred=Exists(by_code),
        told_account=ACCOUNT_OF_DEAL,
        told_side=Case(*sides, default=Value(0), output_field=SmallIntegerField()),
    ).values_list("told_account", "closed_at", "channel_id", "told_referred", "amount_base", "told_side")
    statement, parameters = told.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_BOTH.format(deals=statement), [now, recommended, *parameters])
        return [AccountGrowth(*row) for row in cursor.fetchall()]
