"""Which accounts that buy said something, and what it comes to: each counted once, and by what it brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from django.db import connection

from analytics.counts import FEW, Counts
from analytics.estimates import Difference
from analytics.explorer import answers
from analytics.formulas.accounts import AccountNps, ByRevenue, CompanyAnswers, account_nps, revenue_gap
from analytics.models import SCORES
from analytics.money import purchases
from analytics.money.purchases import ACCOUNT_OF_ANSWER, ACCOUNT_OF_DEAL
from analytics.rollups.cells import Selection
from surveys.metrics import SCALES, Tier

# What was bought by those who said nothing is one row: under NULL scores their number and their revenue.
_HEARD = """
SET LOCAL jit = off;
WITH given AS (SELECT account, array_agg(score) AS scores FROM ({answers}) AS one(account, score) GROUP BY account),
bought AS (SELECT account, sum(amount) AS revenue FROM ({deals}) AS one(account, amount) GROUP BY account),
together AS (SELECT scores, coalesce(revenue, 0) AS revenue FROM given FULL JOIN bought USING (account))
SELECT scores, revenue::float8, 1 FROM together WHERE scores IS NOT NULL
UNION ALL
SELECT NULL, coalesce(sum(revenue), 0)::float8, count(*) FROM together WHERE scores IS NULL AND revenue > 0
"""


@dataclass(frozen=True)
class HeardAccounts:
    """`accounts`: those that answered, with what they bought; `silent`: how many others bought, and for how much."""

    metric: str
    accounts: Sequence[CompanyAnswers]
    silent: int
    silent_revenue: float

    @cached_property
    def numbers(self) -> AccountNps:
        """The number of these accounts each way. The silent are one there: its coverage of companies means nothing."""
        return account_nps([*self.accounts, CompanyAnswers(self.silent_revenue)], self.metric)

    @cached_property
    def gap(self) -> Difference | None:
        """How far the number by revenue lies above the one in which each account that bought counts once."""
        return revenue_gap(self.accounts, self.metric)

    @cached_property
    def each_once(self) -> ByRevenue | None:
        """The number in which each account that answered counts once, as of accounts that all bring the same.

        None of fewer than five.
        """
        if len(self.accounts) < FEW:
            return None
        return account_nps([CompanyAnswers(1, account.scores) for account in self.accounts], self.metric).by_revenue

    @cached_property
    def counts(self) -> Counts:
        """All answers."""
        given = Counter(chain.from_iterable(account.scores for account in self.accounts))
        return Counts.of_scores(SCALES[self.metric], [given[score] for score in range(len(SCORES))])

    @property
    def weighted(self) -> ByRevenue | None:
        """The number in which each account counts by what it bought; None of fewer than five that bought anything."""
        return self.numbers.by_revenue if self.buying >= FEW else None

    @property
    def buying(self) -> int:
        """How many of those that answered bought something."""
        return sum(1 for account in self.accounts if account.weight)

    @property
    def revenue(self) -> float:
        """What all accounts bought; nobody counts against it."""
        return sum(account.weight for account in self.accounts) + self.silent_revenue

    @property
    def revenue_by_tier(self) -> Mapping[Tier | None, float]:
        """The revenue by what accounts say, split evenly over their answers; None holds that of the silent."""
        found: dict[Tier | None, float] = dict.fromkeys([*Tier, None], 0.0)
        scale = SCALES[self.metric]
        for account in self.accounts:
            for score in account.scores if account.weight else ():
                found[scale.tier_of(score)] += account.weight / len(account.scores)
        found[None] = self.silent_revenue
        return found


def read(selection: Selection) -> HeardAccounts:
    """Return what the accounts of a selection said in its period, and what they bought in the year up to its end."""
    given = answers.of_selection(selection).order_by().annotate(told_account=ACCOUNT_OF_ANSWER)
    days = purchases.year_to(selection.period).moments(selection.zone)
    deals = purchases.priced(purchases.won(selection, *days)).annotate(told_account=ACCOUNT_OF_DEAL)
    said, of_answers = given.values_list("told_account", "counted_score").query.sql_with_params()
    bought, of_bought = deals.values_list("told_account", "amount_base").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_HEARD.format(answers=said, deals=bought), [*of_answers, *of_bought])
        rows = cursor.fetchall()
    *heard, (_nothing, silent_revenue, silent) = rows
    return HeardAccounts(
        selection.metric, [CompanyAnswers(revenue, scores) for scores, revenue, _one in heard], silent, silent_revenue
    )
