"""How answers hang together over whole months, measured ahead where there are too many to read them for a page.

For each run of whole months, at most two years long, the sums over accounts are kept of all answers and of those of
each survey, team, manager, channel and product. Sums of clusters cannot be added over days; but with S = Σ s over
months, S² is a sum over pairs of months, and each run adds up the pairs within it. Measured every few hours from the
raw rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from accounts import clock, company_clock
from analytics.arithmetic import ARITHMETIC
from analytics.clusters import ClusterSums
from analytics.models import BREAKDOWNS, Dimension, MonthlySpread
from analytics.periods import Granularity, Period, following, months_before, months_between
from analytics.rollups import sql
from surveys.metrics import SCALES

# So many answers of a page's periods are read one by one, whatever is kept.
READ_AT_ONCE = 10_000
MOST_MONTHS = 24
LOCK = 0x737072656164
SUMS = ("clusters", "answers", "total", "squares", "products", "sizes", "worths")
ALL = (Dimension.ALL.value, 0)

_KEYS = "metric, dimension, member_id, first, last"
_READ = ", ".join(["first", "last", "dimension", "member_id", *SUMS])
_DIMENSIONS = (Dimension.ALL.value, "survey", "team", *(name.value for name in BREAKDOWNS))
_METRICS = tuple(SCALES)
# Metric, dimension and member in one number, for sorting by a number takes a fraction of the time.
_SCOPES = ", ".join(
    f"({'0' if name == Dimension.ALL else f'coalesce({name}_id, 0)'} * {len(_DIMENSIONS)} + {place})"
    for place, name in enumerate(_DIMENSIONS)
)
_METRIC_NUMBER = f"array_position(ARRAY{list(_METRICS)}, metric::text) - 1"
_OF_SCOPE = f"""
       (ARRAY{list(_METRICS)})[scope %% {len(_METRICS)} + 1] AS metric,
       (ARRAY{list(_DIMENSIONS)})[scope / {len(_METRICS)} %% {len(_DIMENSIONS)} + 1] AS dimension,
       scope / {len(_METRICS) * len(_DIMENSIONS)} AS member_id
""".strip()
_WORTH = "CASE {} ELSE 0 END".format(
    " ".join(
        f"WHEN metric = '{metric}' AND counted_score = ANY(ARRAY{scale.scores_of(tier)}) THEN {worth}"
        for metric, scale in SCALES.items()
        for tier, worth in ARITHMETIC[metric].WORTH.items()
        if worth
    )
)
# Only constants of this package are put into these statements.
MEASURED = f"""
WITH given AS (
    SELECT {_METRIC_NUMBER} AS metric_number, {sql.ACCOUNT} AS account,
           date_trunc('month', answered_at AT TIME ZONE %(zone)s)::date AS month,
           survey_id, team_id, {", ".join(f"{name}_id" for name in BREAKDOWNS)}, {_WORTH} AS worth
    FROM responses_response WHERE NOT is_provisional AND origin <> 'test'
), of_months AS MATERIALIZED (
    SELECT scope * {len(_METRICS)} + metric_number AS scope, account, month, count(*) AS n, sum(worth) AS s,
           sum(abs(worth)) AS w
    FROM given CROSS JOIN LATERAL (VALUES {_SCOPES}) AS of_what(scope)
    GROUP BY 1, account, month
), of_accounts AS MATERIALIZED (
    SELECT *, lag(month) OVER (PARTITION BY scope, account ORDER BY month) AS month_before FROM of_months
), pairs AS (
    -- An account is new in each run of months that begins after the month in which it answered before.
    SELECT scope, month AS first, month AS last, count(*) AS clusters, sum(n) AS answers, sum(s) AS total,
           sum(s * s) AS squares, sum(s * n) AS products, sum(n * n) AS sizes, sum(w) AS worths
    FROM of_accounts GROUP BY scope, month
    UNION ALL
    SELECT scope, one.month, other.month, -count(*) FILTER (WHERE other.month_before = one.month), 0, 0,
           sum(2 * one.s * other.s), sum(one.s * other.n + other.s * one.n), sum(2 * one.n * other.n), 0
    FROM of_accounts AS one JOIN of_accounts AS other USING (scope, account)
    WHERE one.month < other.month AND one.month > other.month - interval '{MOST_MONTHS} months'
    GROUP BY scope, one.month, other.month
), months AS (
    SELECT month::date FROM generate_series(
        (SELECT min(month) FROM of_months) - interval '{MOST_MONTHS - 1} months', %(newest)s::date, interval '1 month'
    ) AS month
), runs AS (
    SELECT scope, first, last, {", ".join(f"sum({name}) AS {name}" for name in SUMS)}
    FROM (
        SELECT * FROM pairs
        UNION ALL
        SELECT scope, first.month, last.month, {", ".join(["0"] * len(SUMS))}
        FROM (SELECT DISTINCT scope FROM of_months) AS scopes, months AS first, months AS last
        WHERE last.month >= first.month AND last.month < first.month + interval '{MOST_MONTHS} months'
    ) AS cells
    GROUP BY scope, first, last
), to_the_last AS (
    -- What the last month of a run adds to it: its pairs with each month from the first one on.
    SELECT scope, first, last, {", ".join(f"sum({name}) OVER back AS {name}" for name in SUMS)}
    FROM runs WINDOW back AS (PARTITION BY scope, last ORDER BY first DESC)
), whole AS (
    SELECT scope, first, last, {", ".join(f"sum({name}) OVER along AS {name}" for name in SUMS)}
    FROM to_the_last WINDOW along AS (PARTITION BY scope, first ORDER BY last)
)
SELECT {_OF_SCOPE}, first, last, {", ".join(f"{name}::bigint" for name in SUMS)} FROM whole WHERE answers > 0
"""  # noqa: S608
KEEP = f"""
INSERT INTO analytics_monthlyspread ({_KEYS}, {", ".join(SUMS)}, measured_at)
SELECT {_KEYS}, {", ".join(SUMS)}, %(now)s FROM ({MEASURED}) AS measured ORDER BY last, first, dimension
"""  # noqa: S608
# Where the answers themselves have changed since, the next measurement will tell; it may not be late.
WRONG = f"""
SELECT DISTINCT first, 'spread'
FROM (SELECT * FROM analytics_monthlyspread) AS kept
FULL JOIN ({MEASURED}) AS measured USING ({_KEYS})
WHERE (SELECT count(*) FROM analytics_monthlyspread) > 0
  AND ((kept.answers, kept.total, kept.worths) IS NOT DISTINCT FROM (measured.answers, measured.total, measured.worths)
       AND (kept.clusters, kept.squares, kept.products, kept.sizes)
           IS DISTINCT FROM (measured.clusters, measured.squares, measured.products, measured.sizes)
    OR (kept.answers, kept.total, kept.worths) IS DISTINCT FROM (measured.answers, measured.total, measured.worths)
       AND (SELECT max(measured_at) FROM analytics_monthlyspread) < %(now)s - interval '1 day')
ORDER BY first
"""  # noqa: S608


@transaction.atomic
def measure() -> int:
    """Measure every run of months anew, where there are many answers, and return how many sums are kept now.

    Readers see the old ones meanwhile. A second measurement at the same time leaves at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("DELETE FROM analytics_monthlyspread")
        cursor.execute("SELECT count(*) FROM (SELECT FROM responses_response LIMIT %s) AS counted", [READ_AT_ONCE + 1])
        if cursor.fetchone()[0] <= READ_AT_ONCE:
            return 0
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        cursor.execute(KEEP, parameters())
        return int(cursor.rowcount)


def parameters() -> dict[str, Any]:
    """Return the values of the statements. A month ahead is measured, so that none is missing on its first day."""
    now = clock.now()
    newest = following(company_clock.today(now).replace(day=1), Granularity.MONTH)
    return {"zone": company_clock.zone().key, "newest": newest, "now": now}


@dataclass(frozen=True, order=True)
class MonthRun:
    """Whole months, from the first day of the first to the first day of the last."""

    first: date
    last: date

    @classmethod
    def around(cls, period: Period) -> MonthRun:
        """Return the months that a period touches, of more than two years the last two."""
        first, last = period.start.replace(day=1), period.last_day.replace(day=1)
        return cls(max(first, months_before(last, MOST_MONTHS - 1)), last)

    def share_of(self, period: Period) -> float:
        """Return how many times as many months the period touches: 1 unless it is longer than two years."""
        touched = months_between(period.start.replace(day=1), period.last_day.replace(day=1)) + 1
        return touched / (months_between(self.first, self.last) + 1)


Kept = Mapping[tuple[MonthRun, str, int], ClusterSums]


def read(
    metric: str, whole: Iterable[MonthRun], points: Iterable[MonthRun], of_what: Iterable[tuple[str, int]]
) -> Kept:
    """Return the kept sums of the `whole` runs for every member, and of the `points` for those of `of_what` only."""
    names = {"whole": list(whole), "points": list(points)}
    values = {
        f"{name}_{end}": [getattr(run, end) for run in runs]
        for name, runs in names.items()
        for end in ("first", "last")
    }
    dimensions, members = zip(*of_what, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {_READ} FROM unnest(%(whole_first)s::date[], %(whole_last)s::date[]) AS run(first, last)
            JOIN analytics_monthlyspread AS kept USING (first, last) WHERE metric = %(metric)s
            UNION ALL
            SELECT {_READ} FROM unnest(%(points_first)s::date[], %(points_last)s::date[]) AS run(first, last)
            CROSS JOIN unnest(%(dimensions)s::text[], %(members)s::bigint[]) AS what(dimension, member_id)
            JOIN analytics_monthlyspread AS kept USING (first, last, dimension, member_id) WHERE metric = %(metric)s
            """,  # noqa: S608 only constants
            values | {"metric": metric, "dimensions": list(dimensions), "members": list(members)},
        )
        return {
            (MonthRun(first, last), name, member): ClusterSums(*sums)
            for first, last, name, member, *sums in cursor.fetchall()
        }


def answers_around(metric: str, period: Period) -> int:
    """Return how many answers to `metric` anybody gave in the months that a period touches, as of the last measurement.

    0 where nothing is kept, for then answers are few.
    """
    run = MonthRun.around(period)
    of_all = MonthlySpread.objects.filter(
        metric=metric, first=run.first, last=run.last, dimension=ALL[0], member_id=ALL[1]
    )
    return of_all.values_list("answers", flat=True).first() or 0
