"""Counting answers by one fact, or by two crossed, in one statement: the cells, their margins and the whole.

It reads the very rows that the list of answers shows with the same filters, so a cell and the list behind it agree. An
account counts once in each cell, row, column and in the whole, whatever else it is in, so its answers are summed for
each of them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Coalesce

from analytics.arithmetic import ARITHMETIC
from analytics.clusters import ClusterSums, Spread
from analytics.counts import Counts
from analytics.crossed.facts import Fact
from analytics.dashboard.report import Figures
from analytics.explorer.answers import ACCOUNT
from responses.models.response import ResponseQuerySet
from surveys.metrics import SCALES, Tier

NOBODY = ""

# `part`: 0 is a cell, 1 a row, 2 a column, 3 the whole.
_SUMMED = """
SET LOCAL jit = off;
WITH answers AS ({answers}),
of_account AS (
    SELECT {part} AS part, one, {other} AS other, account,
           count(*) AS n, count(*) FILTER (WHERE tier = 1) AS good, count(*) FILTER (WHERE tier = -1) AS bad,
           sum(CASE tier WHEN 1 THEN %s WHEN -1 THEN %s ELSE %s END) AS worth,
           sum(abs(CASE tier WHEN 1 THEN %s WHEN -1 THEN %s ELSE %s END)) AS worths
    FROM (
        SELECT one, other, account, CASE WHEN score = ANY(%s) THEN 1 WHEN score = ANY(%s) THEN -1 ELSE 0 END AS tier
        FROM answers
    ) AS answers
    GROUP BY GROUPING SETS ({sets})
)
SELECT part, one, other, sum(good)::bigint, sum(bad)::bigint, count(*), sum(n)::bigint, sum(worth)::bigint,
       sum(worth * worth)::bigint, sum(worth * n)::bigint, sum(n * n)::bigint, sum(worths)::bigint
FROM of_account GROUP BY part, one, other
"""
_CROSSED = {
    "part": "grouping(one, other)",
    "other": "other",
    "sets": "(one, other, account), (one, account), (other, account), (account)",
}
_ALONE = {"part": "1 + 2 * grouping(one)", "other": "NULL::text", "sets": "(one, account), (account)"}


@dataclass(frozen=True, slots=True)
class Crossing:
    """Figures by value of the first fact, of the second, of both, and of all. "" stands for “none”."""

    whole: Figures
    rows: Mapping[str, Figures]
    columns: Mapping[str, Figures]
    cells: Mapping[tuple[str, str], Figures]


def read(found: ResponseQuerySet, metric: str, first: Fact, second: Fact | None) -> Crossing:
    """Return the figures of the answers, all of one metric, by the first fact and where given crossed by the second."""
    parts: list[dict[tuple[str, str], Figures]] = [{}, {}, {}, {}]
    for part, one, other, *sums in _sums(found, metric, first, second):
        parts[part][one or NOBODY, other or NOBODY] = _figures(metric, *sums)
    cells, rows, columns, whole = parts
    return Crossing(
        whole=whole.get((NOBODY, NOBODY), Figures(metric)),
        rows={one: figures for (one, _other), figures in rows.items()},
        columns={other: figures for (_one, other), figures in columns.items()},
        cells=cells,
    )


def _sums(found: ResponseQuerySet, metric: str, first: Fact, second: Fact | None) -> list[Any]:
    other = _value(second) if second else Value(NOBODY, output_field=TextField())
    answers = found.order_by().annotate(told_one=_value(first), told_other=other, told_account=ACCOUNT)
    columns = answers.values_list("told_one", "told_other", "told_account", "counted_score")
    statement, parameters = columns.query.sql_with_params()
    named = f"SELECT * FROM ({statement}) AS chosen(one, other, account, score)"  # noqa: S608
    scale, worth = SCALES[metric], ARITHMETIC[metric].WORTH
    worths = [worth[tier] for tier in (Tier.GOOD, Tier.BAD, Tier.MIDDLE)]
    tiers = [scale.scores_of(tier) for tier in (Tier.GOOD, Tier.BAD)]
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMMED.format(answers=named, **(_CROSSED if second else _ALONE)),
            [*parameters, *worths, *worths, *tiers],
        )
        return list(cursor.fetchall())


def _value(fact: Fact) -> Coalesce:
    return Coalesce(Cast(F(fact.path), TextField()), Value(NOBODY), output_field=TextField())


def _figures(metric: str, good: int, bad: int, clusters: int, n: int, total: int, *squared: int) -> Figures:
    squares, products, sizes, worths = squared
    sums = ClusterSums(clusters, n, total, squares, products, sizes, worths)
    return Figures(metric, Counts(good=good, middle=n - good - bad, bad=bad), spread=Spread.of(sums))
