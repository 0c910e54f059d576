"""Which accounts that buy said something, and what it comes to: each counted once, and by what it brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db import connection

from analytics.arithmetic import ARITHMETIC
from analytics.counts import FEW, Counts
from analytics.estimates import Difference
from analytics.explorer import answers
from analytics.formulas.accounts import Brought, ByRevenue, by_revenue, revenue_gap
from analytics.money import purchases
from analytics.money.purchases import ACCOUNT_OF_DEAL
from analytics.rollups.cells import Selection
from surveys.metrics import SCALES, Tier

# A row for each account that answered; before them one of all sums, the silent among them. Nobody counts against them.
_HEARD = """
SET LOCAL jit = off;
WITH given AS (
    SELECT account, count(*) AS n, count(*) FILTER (WHERE score = ANY(%s)) AS good,
           count(*) FILTER (WHERE score = ANY(%s)) AS bad
    FROM ({answers}) AS one(account, score) GROUP BY account
), bought AS (
    SELECT account, greatest(sum(amount), 0) AS revenue FROM ({deals}) AS one(account, amount) GROUP BY account
), together AS MATERIALIZED (
    SELECT n, good, bad, coalesce(revenue, 0)::float8 AS revenue FROM given FULL JOIN bought USING (account)
)
SELECT sum(revenue * good / n), sum(revenue * bad / n), sum(revenue) FILTER (WHERE n > 0),
       sum(revenue) FILTER (WHERE n IS NULL), count(*) FILTER (WHERE n IS NULL AND revenue > 0),
       sum(n)::bigint, sum(good)::bigint, sum(bad)::bigint
FROM together
UNION ALL
SELECT revenue, (%s * good + %s * (n - good - bad) + %s * bad)::float8 / n, NULL, NULL, NULL, NULL, NULL, NULL
FROM together WHERE n > 0
"""


@dataclass(frozen=True)
class HeardAccounts:
    """What the accounts that answered brought, and what each of them said on average.

    `silent`: how many others bought; `revenue_by_tier`: what all bought, split evenly over the answers of an account,
    under None that of the silent.
    """

    metric: str
    counts: Counts = Counts()  # noqa: RUF009 it is frozen
    accounts: Sequence[Brought] = ()
    silent: int = 0
    revenue_by_tier: Mapping[Tier | None, float] = field(default_factory=dict)

    @cached_property
    def buyers(self) -> Sequence[Brought]:
        """Those that answered and bought something."""
        return [account for account in self.accounts if account[0] > 0]

    @property
    def buying(self) -> int:
        return len(self.buyers)

    @cached_property
    def each_once(self) -> ByRevenue | None:
        """The number in which each account that answered counts once, as of accounts that all bring the same.

        None of fewer than five.
        """
        alike = [(1.0, worth) for _revenue, worth in self.accounts]
        return by_revenue(alike, self.metric) if len(alike) >= FEW else None

    @cached_property
    def weighted(self) -> ByRevenue | None:
        """The number in which each account counts by what it bought; None of fewer than five that bought anything."""
        return by_revenue(self.buyers, self.metric) if self.buying >= FEW else None

    @cached_property
    def gap(self) -> Difference | None:
        """How far the number by revenue lies above the one in which each account that bought counts once."""
        return revenue_gap(self.buyers)

    @property
    def revenue(self) -> float:
        """What all accounts bought."""
        return sum(self.revenue_by_tier.values())

    @property
    def silent_revenue(self) -> float:
        return self.revenue_by_tier.get(None, 0.0)

    @property
    def coverage(self) -> float | None:
        """The share of the revenue that has an answer, 0 … 1; None where nothing was bought."""
        return 1 - self.silent_revenue / self.revenue if self.revenue else None


def read(selection: Selection) -> HeardAccounts:
    """Return what the accounts of a selection said in its period, and what they bought in the year up to its end."""
    given = answers.of_selection(selection).order_by().annotate(told_account=answers.ACCOUNT)
    days = purchases.year_to(selection.period).moments(selection.zone)
    deals = purchases.priced(purchases.won(selection, *days)).order_by().annotate(told_account=ACCOUNT_OF_DEAL)
    said, of_answers = given.values_list("told_account", "counted_score").query.sql_with_params()
    bought, of_bought = deals.values_list("told_account", "amount_base").query.sql_with_params()
    scale, worth = SCALES[selection.metric], ARITHMETIC[selection.metric].WORTH
    tiers = [scale.scores_of(tier) for tier in (Tier.GOOD, Tier.BAD)]
    worths = [worth[tier] for tier in (Tier.GOOD, Tier.MIDDLE, Tier.BAD)]
    with connection.cursor() as cursor:
        cursor.execute(_HEARD.format(answers=said, deals=bought), [*tiers, *of_answers, *of_bought, *worths])
        good, bad, heard, silent_revenue, silent, *numbers = cursor.fetchone()
        accounts = [(revenue, mean) for revenue, mean, *_nothing in cursor.fetchall()]
    n, of_good, of_bad = (number or 0 for number in numbers)
    middle = (heard or 0.0) - (good or 0.0) - (bad or 0.0)
    by_tier = {Tier.GOOD: good or 0.0, Tier.MIDDLE: middle, Tier.BAD: bad or 0.0, None: silent_revenue or 0.0}
    return HeardAccounts(selection.metric, Counts(of_good, n - of_good - of_bad, of_bad), accounts, silent, by_tier)
