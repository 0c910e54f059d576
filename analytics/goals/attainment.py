"""What became of goals: the number of each team in its period, with how its answers hang together; raw and exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from analytics import unit
from analytics.arithmetic import ARITHMETIC
from analytics.clusters import ClusterSums, Spread
from analytics.counts import Counts
from analytics.dashboard.filters import surveys_with_numbers
from analytics.dashboard.report import Figures
from analytics.estimates import Interval
from analytics.goals.progress import Progress, judged
from analytics.models import Goal
from analytics.periods import Granularity, Period
from analytics.rollups import sql
from analytics.rollups.cells import OF_SELECTION, Selection, parameters_of
from analytics.unit import Unit
from surveys.metrics import SCALES, Tier

Group = tuple[str, Period]
# The key of a team; None is the company as a whole.
Of = int | None

# Only constants are put into the statement; values travel as parameters.
_SUMS = f"""
SET LOCAL jit = off;
WITH given AS MATERIALIZED (
    SELECT team_id, {sql.ACCOUNT} AS account, counted_score = ANY(%(good)s) AS is_good,
           counted_score = ANY(%(bad)s) AS is_bad,
           CASE WHEN counted_score = ANY(%(good)s) THEN %(worth_of_good)s
                WHEN counted_score = ANY(%(bad)s) THEN %(worth_of_bad)s ELSE 0 END AS worth
    FROM responses_response {{and_the_next}}
    WHERE NOT is_provisional AND answered_at >= %(current_moment)s AND answered_at < %(last_moment)s
      AND {OF_SELECTION} {{only}}
), of_accounts AS (
    SELECT grouping(team_id) = 1 AS is_company, team_id, account, count(*)::int AS answers, sum(worth)::int AS total,
           sum(abs(worth))::int AS worths, count(*) FILTER (WHERE is_good)::int AS good,
           count(*) FILTER (WHERE is_bad)::int AS bad
    FROM given GROUP BY GROUPING SETS ((team_id, account), (account))
)
SELECT is_company, team_id, sum(good)::int, sum(bad)::int, count(*)::int, sum(answers)::int, sum(total)::int,
       sum(total * total)::bigint, sum(total * answers)::bigint, sum(answers * answers)::bigint, sum(worths)::int
FROM of_accounts GROUP BY is_company, team_id
"""  # noqa: S608
_LATEST = """
LEFT JOIN (SELECT response_id, next_at FROM analytics_succession) AS succession ON succession.response_id = id
"""


@dataclass(frozen=True, slots=True)
class Attainment:
    """A goal, the number of its period as far as it has come, and what may be said of it."""

    goal: Goal
    figures: Figures
    progress: Progress
    is_running: bool

    @property
    def target(self) -> float:
        return float(self.goal.target or 0)

    @property
    def distance(self) -> float | None:
        """How far the number lies above its target; None where there are too few answers to show it."""
        value = self.figures.value if self.figures.is_shown else None
        return None if value is None else value - self.target

    @property
    def distance_interval(self) -> Interval | None:
        interval = self.figures.interval if self.figures.is_shown else None
        return Interval(interval.low - self.target, interval.high - self.target) if interval else None


def of(goals: Iterable[Goal], today: date, zone: ZoneInfo) -> list[Attainment]:
    """Return what became of standing goals, in their order; one statement for each metric and period among them."""
    goals = list(goals)
    groups: dict[Group, set[Of]] = {}
    for goal in goals:
        if goal.start <= today:
            groups.setdefault((goal.metric, goal.period), set()).add(goal.team_id)
    kinds = _kinds() if groups else {}
    found = {group: _figures(group, teams, kinds.get(group[0], set()), zone) for group, teams in groups.items()}
    return [_attained(goal, found, today) for goal in goals]


def _attained(goal: Goal, found: dict[Group, dict[Of, Figures]], today: date) -> Attainment:
    figures = found.get((goal.metric, goal.period), {}).get(goal.team_id, Figures(goal.metric))
    is_running = not goal.period.is_over(today)
    if goal.start > today:
        return Attainment(goal, figures, Progress.AHEAD, is_running)
    interval, value = figures.interval, figures.value
    progress = (
        judged(value, interval, figures.n, float(goal.target or 0), is_running=is_running)
        if interval and value is not None
        else Progress.TOO_FEW
    )
    return Attainment(goal, figures, progress, is_running)


def _kinds() -> dict[str, set[str]]:
    """Return the kinds of survey of each metric: by them it is known what a number counts."""
    found: dict[str, set[str]] = {}
    for metric, kind in surveys_with_numbers().order_by().values_list("metric", "kind").distinct():
        found.setdefault(metric, set()).add(kind)
    return found


def _figures(group: Group, teams: set[Of], kinds: set[str], zone: ZoneInfo) -> dict[Of, Figures]:
    """Return the figures of each team, and of the company, that has answers in a period."""
    metric, period = group
    only = None if None in teams else tuple(team for team in teams if team is not None)
    selection = Selection(
        period=period,
        before=period.previous,
        zone=zone,
        granularity=Granularity.MONTH,
        metric=metric,
        teams=only,
        unit=unit.of_kinds(kinds),
    )
    with connection.cursor() as cursor:
        cursor.execute(*_statement(selection))
        rows = cursor.fetchall()
    return {
        None if is_company else team: _told(metric, *sums) for is_company, team, *sums in rows if is_company or team
    }


def _statement(selection: Selection) -> tuple[str, dict[str, Any]]:
    worth, scale = ARITHMETIC[selection.metric].WORTH, SCALES[selection.metric]
    is_latest = selection.unit is not Unit.ANSWERS
    statement = _SUMS.format(
        and_the_next=_LATEST if is_latest else "",
        only="AND NOT coalesce(next_at < %(last_moment)s, false)" if is_latest else "",
    )
    return statement, parameters_of(selection) | {
        "good": scale.scores_of(Tier.GOOD),
        "bad": scale.scores_of(Tier.BAD),
        "worth_of_good": worth[Tier.GOOD],
        "worth_of_bad": worth[Tier.BAD],
    }


def _told(metric: str, good: int, bad: int, *sums: int) -> Figures:
    clusters = ClusterSums(*sums)
    counts = Counts(good=good, middle=clusters.answers - good - bad, bad=bad)
    return Figures(metric, counts, spread=Spread.of(clusters))
