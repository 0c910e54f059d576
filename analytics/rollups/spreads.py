"""Reading how the answers of a selection hang together, by account; exact, from the raw rows.

An account is a company, or the contact where there is no company, or the answer itself where nobody is known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.db import connection

from analytics.arithmetic import ARITHMETIC
from analytics.clusters import STRANGERS, ClusterSums, Spread
from analytics.models import BREAKDOWNS, Dimension
from analytics.periods import Period, following
from analytics.rollups import monthly_spreads, sql
from analytics.rollups.cells import (
    IN_PERIODS,
    OF_MEMBERS,
    OF_SELECTION,
    START_OF_POINT,
    Selection,
    parameters_of,
)
from analytics.rollups.monthly_spreads import MonthRun
from analytics.unit import Unit
from surveys.metrics import SCALES, Tier

NOTHING = ClusterSums()
_EPOCH = date(2000, 1, 1)
# Only constants of this package are put into the statement; values travel as parameters.
_SUMS = f"""
SET LOCAL jit = off;
WITH given AS MATERIALIZED (
    SELECT answered_at >= %(current_moment)s AS is_current, {START_OF_POINT.format(moment="answered_at")} AS start,
           {sql.ACCOUNT} AS account, {", ".join(f"{name}_id" for name in BREAKDOWNS)},
           CASE WHEN counted_score = ANY(%(good)s) THEN %(worth_of_good)s
                WHEN counted_score = ANY(%(bad)s) THEN %(worth_of_bad)s
                ELSE 0 END AS worth,
           {{counts}}
    FROM responses_response {{and_the_next}}
    WHERE NOT is_provisional AND origin <> 'test' AND {IN_PERIODS.format(moment="answered_at")} AND {OF_SELECTION}
      AND {OF_MEMBERS}
), of_accounts AS (
    SELECT ((member * {len(sql.FACES)} + face) * 2 + is_current::int) AS shown, count(*)::int AS answers,
           sum(worth)::int AS total, sum(abs(worth))::int AS worths
    FROM given CROSS JOIN LATERAL (VALUES {sql.SHOWN}) AS of_face(face, member)
    WHERE member IS NOT NULL
    GROUP BY 1, account
)
SELECT shown %% 2 = 1, shown / 2 %% {len(sql.FACES)}, shown / {2 * len(sql.FACES)}, count(*)::int,
       sum(answers)::int, sum(total)::int, sum(total * total)::bigint, sum(total * answers)::bigint,
       sum(answers * answers)::bigint, sum(worths)::int
FROM of_accounts GROUP BY shown
"""  # noqa: S608
_EACH_COUNTS = {"counts": "true AS of_period, true AS of_point", "and_the_next": ""}
# Of the answers about the relationship the latest of each customer: in the period, and in the point of the chart.
_LATEST_COUNT = {
    "counts": f"""
           NOT coalesce(
               next_at < CASE WHEN answered_at >= %(current_moment)s THEN %(last_moment)s ELSE %(first_end)s END, false
           ) AS of_period,
           NOT coalesce(next_at < %(last_moment)s AND {START_OF_POINT.format(moment="answered_at")}
                        = {START_OF_POINT.format(moment="next_at")}, false) AS of_point
    """,
    "and_the_next": """
        LEFT JOIN (SELECT response_id, {next} AS next_at FROM analytics_succession) AS succession ON response_id = id
    """,
}


class Spreads(Protocol):
    """How the answers behind each number of a page hang together. `answers`: how many there are of them."""

    def of(self, dimension: str, member: int, *, is_current: bool, answers: int) -> Spread: ...

    def of_point(self, start: date, *, answers: int) -> Spread: ...


@dataclass(frozen=True)
class ReadSpreads:
    """Those that were read from every answer. What is not here has no answers."""

    by_member: Mapping[tuple[bool, str, int], Spread]
    by_point: Mapping[date, Spread]

    def of(self, dimension: str, member: int, *, is_current: bool, answers: int) -> Spread:
        return self.by_member.get((is_current, dimension, member), STRANGERS)

    def of_point(self, start: date, *, answers: int) -> Spread:
        return self.by_point.get(start, STRANGERS)


@dataclass(frozen=True)
class KeptSpreads:
    """Those of the whole months around each period, as they were kept.

    A number that is held to several things, such as a row within a filter, spreads as the one of them that spreads
    most. Of a part of the months fewer accounts are known: as many fewer as answers.
    """

    selection: Selection
    kept: monthly_spreads.Kept

    def of(self, dimension: str, member: int, *, is_current: bool, answers: int) -> Spread:
        own = [] if dimension == Dimension.ALL else [(dimension, member)]
        period = self.selection.period if is_current else self.selection.before
        return self._widest(period, {*own, *chosen(self.selection)} or {monthly_spreads.ALL}, answers)

    def of_point(self, start: date, *, answers: int) -> Spread:
        period = point(self.selection, start)
        return self._widest(period, set(chosen(self.selection)) or {monthly_spreads.ALL}, answers)

    def _widest(self, period: Period, of_what: Collection[tuple[str, int]], answers: int) -> Spread:
        run = MonthRun.around(period)
        found = [self.kept.get((run, *one), NOTHING) for one in of_what]
        return max((_part(sums, answers, run.share_of(period)) for sums in found), key=_width)


def _part(sums: ClusterSums, answers: int, times_as_long: float) -> Spread:
    """Return the spread of some `answers` of these months, or of a period so many times as long."""
    whole = Spread.of(sums)
    if whole.is_of_strangers or whole.is_unknown:
        return whole
    accounts = sums.clusters * min(1.0, answers / sums.answers)
    return Spread(1 + (whole.design_effect - 1) * times_as_long, max(1.0, accounts - 1))


def _width(spread: Spread) -> tuple[bool, float]:
    return spread.is_unknown, spread.design_effect


def chosen(selection: Selection) -> list[tuple[str, int]]:
    """Return what of the things that spreads are kept of the selection is held to."""
    lists = {"survey": selection.surveys, "team": selection.teams}
    single = [(name, ids[0]) for name, ids in lists.items() if ids is not None and len(ids) == 1]
    return [*single, *((str(name), member) for name, member in selection.members.items())]


def point(selection: Selection, start: date) -> Period:
    """Return the days of the period within the bucket that begins on `start`."""
    end = following(start, selection.granularity)
    return Period(max(start, selection.period.start), min(end, selection.period.end))


def read(selection: Selection) -> Spreads:
    """Return how the answers of both periods hang together: of all, of each member, and of each point of the chart.

    Up to `READ_AT_ONCE` answers within the periods, whoever gave them, are read one by one; of more the kept serve.
    """
    whole = [MonthRun.around(selection.period), MonthRun.around(selection.before)]
    points = {MonthRun.around(point(selection, start)) for start in selection.period.buckets(selection.granularity)}
    of_what = [monthly_spreads.ALL, *chosen(selection)]
    kept = monthly_spreads.read(selection.metric, set(whole), points, of_what)
    answers = sum(kept.get((run, *monthly_spreads.ALL), NOTHING).answers for run in whole)
    return KeptSpreads(selection, kept) if answers > monthly_spreads.READ_AT_ONCE else read_each(selection)


def read_each(selection: Selection) -> ReadSpreads:
    """Return the spreads of a selection, read from every answer in its periods."""
    worth, scale = ARITHMETIC[selection.metric].WORTH, SCALES[selection.metric]
    parameters = parameters_of(selection) | {
        "good": scale.scores_of(Tier.GOOD),
        "bad": scale.scores_of(Tier.BAD),
        "worth_of_good": worth[Tier.GOOD],
        "worth_of_bad": worth[Tier.BAD],
    }
    pieces = _EACH_COUNTS if selection.unit is Unit.ANSWERS else _LATEST_COUNT
    statement = _SUMS.format(**{name: piece.format(next=selection.next_answer) for name, piece in pieces.items()})
    by_member, by_point = {}, {}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for is_current, face, member, *sums in cursor.fetchall():
            spread = Spread.of(ClusterSums(*sums))
            if sql.FACES[face] == sql.POINT:
                by_point[_EPOCH + timedelta(days=member)] = spread
            else:
                by_member[is_current, sql.FACES[face], member] = spread
    return ReadSpreads(by_member, by_point)
