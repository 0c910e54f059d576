"""What accounts bought in the days after they answered: the same time for each, and strictly later than the answer.

Each account counts once, with its first answer in the period: later ones may tell of what came afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from statistics import median
from typing import NamedTuple

from django.db import connection

from analytics.counts import ENOUGH, FEW
from analytics.estimates import Difference
from analytics.explorer import answers
from analytics.formulas.association import ENOUGH_ROWS, Association, spearman
from analytics.formulas.retention import Retained, retention_gap
from analytics.money import purchases
from analytics.money.purchases import ACCOUNT_OF_DEAL, Teams
from analytics.periods import Period
from analytics.rollups.cells import Selection
from surveys.metrics import SCALES, Tier

# Ranks are told of so many accounts at most, drawn evenly by their numbers.
MOST_RANKED = 20_000
_LOTS = 1 << 20
# Accounts that are alike are one row; `is_drawn`: whether they are among those whose ranks are told.
_AFTERWARDS = f"""
SET LOCAL jit = off;
WITH first AS MATERIALIZED (
    SELECT DISTINCT ON (account) account, at, score FROM ({{answers}}) AS one(account, at, id, score)
    ORDER BY account, at, id
), bought AS (
    SELECT first.account, count(*) AS purchases, sum(amount) AS amount
    FROM ({{deals}}) AS deal(account, at, amount) JOIN first
      ON first.account = deal.account AND deal.at > first.at AND deal.at <= first.at + %s * interval '1 day'
    GROUP BY first.account
)
SELECT score, coalesce(purchases, 0), amount::float8,
       (hashint8(account)::bigint & {_LOTS - 1}) * (SELECT count(*) FROM first) < {MOST_RANKED}::bigint * {_LOTS},
       count(*)
FROM first LEFT JOIN bought USING (account)
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 constants of this module


class AlikeAccounts(NamedTuple):
    """So many accounts gave one score and bought as often and as much afterwards; None: all without a known amount."""

    score: int
    purchases: int
    amount: float | None
    is_drawn: bool
    number: int

    @property
    def worth(self) -> float | None:
        """What they bought in money: nothing is 0; None where none of it has an amount."""
        return self.amount if self.purchases else 0.0


@dataclass(frozen=True)
class TierAfterwards:
    """What the accounts of one tier did: how many bought again, how often all of them did, and for how much."""

    retained: Retained
    purchases: int
    amount: float | None

    @property
    def accounts(self) -> int:
        return self.retained.total

    @property
    def is_shown(self) -> bool:
        return self.accounts >= FEW

    @property
    def is_enough(self) -> bool:
        return self.accounts >= ENOUGH

    @property
    def frequency(self) -> float | None:
        """Purchases of an account, on average."""
        return self.purchases / self.accounts if self.accounts else None


@dataclass(frozen=True)
class Afterwards:
    """`days`: how long each account was followed; `answered`: the days in which an answer has had so long since."""

    metric: str
    days: int
    answered: Period
    alike: Sequence[AlikeAccounts]

    @property
    def accounts(self) -> int:
        return sum(row.number for row in self.alike)

    @cached_property
    def tiers(self) -> Mapping[Tier, TierAfterwards]:
        return {tier: self._of(tier) for tier in (Tier.GOOD, Tier.MIDDLE, Tier.BAD)}

    @property
    def gap(self) -> Difference | None:
        """How far the good stayed more often than the bad; None with fewer than thirty of either."""
        if not (self.tiers[Tier.GOOD].is_enough and self.tiers[Tier.BAD].is_enough):
            return None
        return retention_gap({tier: found.retained for tier, found in self.tiers.items()})

    @cached_property
    def association(self) -> Association | None:
        """How scores go with what was bought; None of fewer than fifty accounts, or where all are alike."""
        drawn = [row for row in self.alike if row.is_drawn]
        pairs = [(row.score, row.worth) for row in drawn if row.worth is not None for _one in range(row.number)]
        return spearman(pairs) if len(pairs) >= ENOUGH_ROWS else None

    @property
    def is_drawn(self) -> bool:
        """Whether ranks are told of a part of the accounts."""
        return any(not row.is_drawn for row in self.alike)

    def _of(self, tier: Tier) -> TierAfterwards:
        rows = [row for row in self.alike if SCALES[self.metric].tier_of(row.score) is tier]
        kept = sum(row.number for row in rows if row.purchases)
        amounts = [row.worth for row in rows if row.worth is not None for _one in range(row.number)]
        return TierAfterwards(
            Retained(kept, sum(row.number for row in rows)),
            sum(row.purchases * row.number for row in rows),
            median(amounts) if amounts else None,
        )


def read(selection: Selection, days: int, teams: Teams, today: date) -> Afterwards:
    """Return what the accounts that answered bought within so many days, from whomever of these teams.

    Only answers of days that have had so many days since; whoever chose a manager or product reads of everything that
    their customers bought then, as far as the reader may see it.
    """
    first, end = selection.period.start, min(selection.period.end, today - timedelta(days=days))
    answered = Period(first, max(first, end))
    if not answered.days:
        return Afterwards(selection.metric, days, answered, [])
    given = answers.of_selection(replace(selection, period=answered)).order_by().annotate(told_account=answers.ACCOUNT)
    start, last = answered.moments(selection.zone)
    later = purchases.of_teams(teams).filter(closed_at__gt=start, closed_at__lte=last + timedelta(days=days))
    said, of_answers = given.values_list("told_account", "answered_at", "pk", "counted_score").query.sql_with_params()
    later = later.order_by().annotate(told_account=ACCOUNT_OF_DEAL)
    deals, of_deals = later.values_list("told_account", "closed_at", "amount_base").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_AFTERWARDS.format(answers=said, deals=deals), [*of_answers, *of_deals, days])
        rows = cursor.fetchall()
    return Afterwards(selection.metric, days, answered, [AlikeAccounts(*row) for row in rows])
