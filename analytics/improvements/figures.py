"""The answers before and after an improvement, counted in one statement over the raw rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from analytics.arithmetic import ARITHMETIC
from analytics.clusters import ClusterSums, Spread
from analytics.counts import Counts
from analytics.improvements.effect import MeasuredSide, Windows
from analytics.rollups import sql
from analytics.spread import Answers
from surveys.metrics import SCALES, Tier
from surveys.models import Origin

# Only constants of this package are put into the statement; values travel as parameters.
_SIDES = f"""
SET LOCAL jit = off;
WITH given AS (
    SELECT answered_at >= %(done)s AS is_after, {sql.ACCOUNT} AS account,
           CASE WHEN counted_score = ANY(%(good)s) THEN %(worth_of_good)s
                WHEN counted_score = ANY(%(bad)s) THEN %(worth_of_bad)s ELSE 0 END AS worth,
           (counted_score = ANY(%(good)s))::int AS good, (counted_score = ANY(%(bad)s))::int AS bad,
           EXISTS (SELECT 1 FROM responses_responsetopic AS named
                   WHERE named.response_id = responses_response.id AND named.topic_id = ANY(%(topics)s))::int AS named,
           (SELECT root_cause FROM followups_followup AS work WHERE work.response_id = responses_response.id) AS cause
    FROM responses_response
    WHERE NOT is_provisional AND origin = %(origin)s AND metric = %(metric)s
      AND answered_at >= %(first)s AND answered_at < %(last)s
      AND (%(teams)s::bigint[] IS NULL OR team_id = ANY(%(teams)s::bigint[]))
      AND (%(brand)s::bigint IS NULL
           OR survey_id IN (SELECT id FROM surveys_survey WHERE brand_id = %(brand)s))
), of_accounts AS (
    SELECT is_after, count(*) AS answers, sum(named) AS named, sum(worth) AS worth, sum(abs(worth)) AS worths,
           sum(good) AS good, sum(bad) AS bad,
           count(cause) AS looked_into, count(*) FILTER (WHERE cause = ANY(%(causes)s)) AS traced
    FROM given GROUP BY is_after, account
)
SELECT is_after, count(*)::int, sum(answers)::int, sum(answers * answers)::bigint,
       sum(named)::int, sum(named * named)::bigint, sum(named * answers)::bigint,
       sum(worth)::int, sum(worth * worth)::bigint, sum(worth * answers)::bigint, sum(worths)::int,
       sum(good)::int, sum(bad)::int,
       count(*) FILTER (WHERE looked_into > 0)::int, sum(looked_into)::int, sum(looked_into * looked_into)::bigint,
       sum(traced)::int, sum(traced * traced)::bigint, sum(traced * looked_into)::bigint
FROM of_accounts GROUP BY is_after
"""  # noqa: S608
NOTHING = MeasuredSide()


def read(
    windows: Windows,
    *,
    metric: str,
    topics: Sequence[int],
    causes: Sequence[str],
    teams: Sequence[int] | None,
    brand: int | None,
    zone: ZoneInfo,
) -> tuple[MeasuredSide, MeasuredSide]:
    """Return the invited answers to a metric before and after.

    `topics`: their keys; `causes`: the slugs of root causes; `teams`: those read, None for all, () for none.
    """
    scale, worth = SCALES[metric], ARITHMETIC[metric].WORTH
    (first, _end), (done, last) = windows.before.moments(zone), windows.after.moments(zone)
    parameters: dict[str, Any] = {
        "first": first,
        "done": done,
        "last": last,
        "metric": metric,
        "origin": Origin.INVITED.value,
        "topics": list(topics),
        "causes": list(causes),
        "teams": None if teams is None else list(teams),
        "brand": brand,
        "good": list(scale.scores_of(Tier.GOOD)),
        "bad": list(scale.scores_of(Tier.BAD)),
        "worth_of_good": worth[Tier.GOOD],
        "worth_of_bad": worth[Tier.BAD],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SIDES, parameters)
        found = {row[0]: _side(*row[1:]) for row in cursor.fetchall()}
    return found.get(False, NOTHING), found.get(True, NOTHING)


def _side(accounts: int, answers: int, sizes: Any, *sums: Any) -> MeasuredSide:
    sizes, *numbers = (int(each) for each in (sizes, *sums))
    worth, squares, products, worths, good, bad = numbers[3:9]
    scored = ClusterSums(accounts, answers, worth, squares, products, sizes, worths)
    return MeasuredSide(
        naming=_share(accounts, answers, sizes, *numbers[:3]),
        traced=_share(*numbers[9:]),
        scored=Answers(Counts(good=good, middle=answers - good - bad, bad=bad), Spread.of(scored)),
    )


def _share(accounts: int, answers: int, sizes: int, part: int, squares: int, products: int) -> Answers:
    """Return so many `part` of the answers as good ones, the others as bad."""
    sums = ClusterSums(accounts, answers, part, squares, products, sizes, part)
    return Answers(Counts(good=part, bad=answers - part), Spread.of(sums))
