"""Reading the numbers of a dashboard in one statement, exact at the moment of its snapshot.

The rollups answer: whole months from monthly rows, the ragged days at the ends from daily rows, and whatever changed
since the last refresh from the changes. With one manager, channel or product chosen the rows of pairs serve, with two
or three the rows in detail. Before there are rollups the raw rows are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Min

from analytics.models import BREAKDOWNS, PAIRS, SCORES, Dimension, Rollup
from analytics.periods import Granularity, Period
from analytics.rollups import pieces, sql, upkeep
from analytics.rollups.pieces import RollupPiece
from analytics.unit import Unit
from responses.models import Response
from responses.models.response import ResponseQuerySet
from surveys.metrics import Metric
from surveys.models import Invitation, Origin

_KEYS = sql.KEYS
_COLUMNS = sql.COLUMNS
_TOLD = (*SCORES, "asked", "answered", "answered_soon")
OF_SELECTION = (
    "metric = %(metric)s AND origin = ANY(%(origins)s)"
    " AND (%(surveys)s::bigint[] IS NULL OR survey_id = ANY(%(surveys)s::bigint[]))"
    " AND (%(teams)s::bigint[] IS NULL OR team_id = ANY(%(teams)s::bigint[]))"
)
IN_PERIODS = (
    "({moment} >= %(first_moment)s AND {moment} < %(first_end)s"
    " OR {moment} >= %(current_moment)s AND {moment} < %(last_moment)s)"
)
OF_MEMBERS = " AND ".join(f"(%({name})s::bigint IS NULL OR {name}_id = %({name})s)" for name in BREAKDOWNS)
START_OF_POINT = "date_trunc(%(granularity)s, {moment} AT TIME ZONE %(zone)s)::date"

# Only constants of this package are put into these statements; values travel as parameters.
_ADDED = ", ".join(_TOLD)
_TAKEN_AWAY = ", ".join(f"-{name}" for name in _TOLD)
# A month of which only a part lies in a period begins before it, and days that are taken away from it may end after.
_PIECE = f"""
SELECT dimension, {{start}} AS start, member_id, other_id, third_id, {{told}}
FROM analytics_rollup
WHERE span = %(span_{{number}})s AND dimension = ANY(%(dimensions_{{number}})s)
  AND start >= %(start_{{number}})s AND start < %(end_{{number}})s AND {OF_SELECTION} {{held}}
"""  # noqa: S608
_START_OF_PIECE = {True: "greatest(start, %(current_start)s)", False: "least(start, %(before_last)s)"}
# Compiling the statement (jit) would take longer than running it.
_ROLLED = f"""
SET LOCAL jit = off;
WITH cells AS (
    {{pieces}}
    UNION ALL
    SELECT dimension, start, member_id, other_id, third_id, {_ADDED}
    FROM ({sql.of_changes("analytics_rollupchange", f"{IN_PERIODS.format(moment='at')} AND {OF_SELECTION}")}) AS changes
    WHERE {{held}}
)
"""  # noqa: S608
# A bucket that begins before its period counts from the first day of the period.
_RAW = f"""
SET LOCAL jit = off;
WITH cells AS ({
    sql.of_raw_rows(
        "greatest(date_trunc(%(granularity)s, {moment} AT TIME ZONE %(zone)s)::date,"
        " CASE WHEN {moment} >= %(current_moment)s THEN %(current_start)s::date ELSE %(first_day)s::date END)",
        f"{IN_PERIODS} AND {OF_SELECTION} AND {OF_MEMBERS}",
    )
})
"""
# A face shows stored rows as something: those of manager 5 as “all”, those of manager 5 on a channel as that channel.
# Rows are many and sums are few, so they are summed before they are shown.
_SUMMED = f"""
, sums AS (
    SELECT dimension, member_id, other_id, third_id, start >= %(current_start)s AS is_current,
           CASE WHEN start >= %(current_start)s AND dimension = ANY(%(with_points)s)
                THEN date_trunc(%(granularity)s, start)::date END AS bucket,
           {", ".join(f"sum({name})::int AS {name}" for name in _TOLD)}
    FROM cells
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT face.number::int,
       CASE face.shown_side WHEN 1 THEN member_id WHEN 2 THEN other_id WHEN 3 THEN third_id ELSE 0 END,
       is_current, CASE WHEN face.shown_side = 0 THEN bucket END, {", ".join(f"sum({name})::int" for name in _TOLD)}
FROM sums
JOIN unnest(%(stored)s::text[], %(shown_sides)s::int[]) WITH ORDINALITY AS face(stored, shown_side, number)
  ON dimension = face.stored
GROUP BY 1, 2, 3, 4
"""  # noqa: S608
# Answers of customers who gave a later one in the same period, or within the same point of the chart: read once and
# counted by each face. 0 stands for “none” among their members.
_OF_FACES = {name: sql.FACES.index(name) for name in (*BREAKDOWNS, sql.POINT)}
_BY_FACE = {name: f"{name}_id" if name in BREAKDOWNS else "start" for name in _OF_FACES}
_SUPERSEDED = f"""
UNION ALL
SELECT -1 - face, member, is_current, start,
       {", ".join(f"coalesce(sum(n) FILTER (WHERE score = {score}), 0)::int" for score in range(len(SCORES)))}, 0, 0, 0
FROM (
    SELECT CASE {" ".join(f"WHEN grouping({by}) = 0 THEN {_OF_FACES[name]}" for name, by in _BY_FACE.items())}
                ELSE 0 END AS face,
           coalesce({", ".join(f"{name}_id" for name in BREAKDOWNS)}, 0) AS member, is_current, start, score,
           count(*) AS n
    FROM (
        SELECT at >= %(current_moment)s AS is_current, score, {", ".join(f"{name}_id" for name in BREAKDOWNS)},
               CASE WHEN at >= %(current_moment)s
                     AND {START_OF_POINT.format(moment="at")} = {START_OF_POINT.format(moment="{next}")}
                    THEN {START_OF_POINT.format(moment="at")} END AS start
        FROM analytics_succession
        WHERE {IN_PERIODS.format(moment="at")} AND {OF_SELECTION} AND {OF_MEMBERS}
          AND {{next}} < CASE WHEN at >= %(current_moment)s THEN %(last_moment)s ELSE %(first_end)s END
    ) AS superseded
    GROUP BY GROUPING SETS ((is_current, score), {", ".join(f"(is_current, {by}, score)" for by in _BY_FACE.values())})
) AS of_faces
WHERE face <> {_OF_FACES[sql.POINT]} OR start IS NOT NULL
GROUP BY face, member, is_current, start
"""  # noqa: S608


# Where a row in detail keeps its members.
COLUMN_OF = dict(zip(BREAKDOWNS, ("member_id", "other_id", "third_id"), strict=True))


class Face(NamedTuple):
    """Rows of a `stored` dimension, held to the chosen member on one side, are shown as another dimension.

    Sides: 1 is member_id, 2 is other_id, 3 is third_id, 0 is none.
    """

    stored: Dimension
    fixed_side: int
    shown_as: Dimension
    shown_side: int


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a person asked to see, within what they may see. None means every survey or team, () none at all.

    `before` is the period to compare with: it ends before `period` begins. `unit` is what the surveys among those are
    counted by.
    """

    period: Period
    before: Period
    zone: ZoneInfo
    granularity: Granularity
    metric: str = Metric.NPS.value
    origins: tuple[str, ...] = (Origin.INVITED.value,)
    surveys: tuple[int, ...] | None = None
    teams: tuple[int, ...] | None = None
    members: Mapping[Dimension, int] = field(default_factory=dict)
    unit: Unit = Unit.ANSWERS

    @property
    def next_answer(self) -> str:
        """The column of the moment at which a customer gave the next answer: to the one survey, or to any."""
        return "next_of_survey_at" if self.surveys is not None and len(self.surveys) == 1 else "next_at"

    @property
    def is_crossed(self) -> bool:
        return len(self.members) > 1

    @property
    def alone(self) -> Selection:
        """The same, compared with nothing."""
        return replace(self, before=Period(self.period.start, self.period.start))

    @cached_property
    def is_rolled(self) -> bool:
        """Whether the rollups can be read: they are there, and their days are those of the zone. Looked up once."""
        return upkeep.are_ready(self.zone)

    def narrow(self, responses: ResponseQuerySet) -> ResponseQuerySet:
        """Return those of `responses` that belong to the selection."""
        chosen = responses.between(*self.period.moments(self.zone)).filter(metric=self.metric, origin__in=self.origins)
        if self.surveys is not None:
            chosen = chosen.filter(survey_id__in=self.surveys)
        if self.teams is not None:
            chosen = chosen.filter(team_id__in=self.teams)
        return chosen.filter(**{f"{name.value}_id": member for name, member in self.members.items()})


class Cell(NamedTuple):
    """One sum: of a bucket of the current period or of the previous period (bucket None), for one member.

    Superseded answers are among those of the other cells, and to be taken away: from the period where `bucket` is None,
    else from that point of the chart.
    """

    dimension: str
    member_id: int
    is_current: bool
    bucket: date | None
    by_score: tuple[int, ...]
    asked: int
    answered: int
    answered_soon: int
    are_superseded: bool = False


def read(selection: Selection) -> list[Cell]:
    """Return the sums of the selected period and of the one that it is compared with."""
    parameters = parameters_of(selection)
    if selection.is_rolled:
        faces = _faces(selection.members)
        statement, of_pieces = _rolled(selection, faces)
        parameters |= of_pieces
    else:
        faces = _faces({})
        statement = _RAW
    statement += _SUMMED
    parameters |= {
        "stored": [face.stored.value for face in faces],
        "shown_sides": [face.shown_side for face in faces],
        "with_points": [face.stored.value for face in faces if face.shown_as == Dimension.ALL],
    }
    if selection.unit is not Unit.ANSWERS:
        statement += _SUPERSEDED.format(next=selection.next_answer)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [_cell(faces, *row) for row in cursor.fetchall()]


def _cell(faces: list[Face], face: int, member: int, is_current: bool, bucket: date | None, *counted: int) -> Cell:
    """Return a row as a cell: of the faces counted from 1, or of superseded answers by the places of `sql.FACES`."""
    by_score, (asked, answered, soon) = counted[: len(SCORES)], counted[len(SCORES) :]
    if face > 0:
        return Cell(faces[face - 1].shown_as.value, member, is_current, bucket, by_score, asked, answered, soon)
    dimension = Dimension.ALL.value if bucket else sql.FACES[-1 - face]
    return Cell(dimension, member, is_current, bucket, by_score, asked, answered, soon, are_superseded=True)


def first_day(selection: Selection) -> date | None:
    """Return the first day on which anything of the metric was counted, for whatever member; None when nothing was."""
    chosen: dict[str, Any] = {"metric": selection.metric, "origin__in": selection.origins}
    if selection.surveys is not None:
        chosen["survey_id__in"] = selection.surveys
    if selection.is_rolled:
        counted = Rollup.objects.filter(span=Rollup.Span.DAY, dimension=Dimension.ALL, **chosen)
        return counted.order_by("start").values_list("start", flat=True).first()
    moments = [
        Response.objects.counted().filter(**chosen).aggregate(first=Min("answered_at"))["first"],
        Invitation.objects.filter(**chosen).aggregate(first=Min("asked_at"))["first"],
    ]
    first = min((moment for moment in moments if moment), default=None)
    return first.astimezone(selection.zone).date() if first else None


def parameters_of(selection: Selection) -> dict[str, Any]:
    """Return the values that the conditions of a selection need."""
    first_moment, first_end = selection.before.moments(selection.zone)
    current_moment, last_moment = selection.period.moments(selection.zone)
    return {
        "zone": selection.zone.key,
        "granularity": selection.granularity.value,
        "first_day": selection.before.start,
        "first_moment": first_moment,
        "first_end": first_end,
        "before_last": selection.before.last_day,
        "current_start": selection.period.start,
        "current_moment": current_moment,
        "last_moment": last_moment,
        "metric": selection.metric,
        "origins": list(selection.origins),
        "surveys": None if selection.surveys is None else list(selection.surveys),
        "teams": None if selection.teams is None else list(selection.teams),
        "member": next(iter(selection.members.values()), None),
        **{name.value: selection.members.get(name) for name in BREAKDOWNS},
    }


def chosen_of(selection: Selection) -> str:
    """Return SQL that holds rows in detail to two or three chosen members; "" where faces hold the rows."""
    if not selection.is_crossed:
        return ""
    return "".join(f" AND {COLUMN_OF[name]} = %({name.value})s" for name in BREAKDOWNS if name in selection.members)


def _faces(members: Mapping[Dimension, int]) -> list[Face]:
    """Return what is shown of a selection."""
    if not members:
        return [Face(Dimension.ALL, 0, Dimension.ALL, 0), *(Face(name, 0, name, 1) for name in BREAKDOWNS)]
    if len(members) > 1:
        sides = [(Dimension.ALL, 0), *((name, side) for side, name in enumerate(BREAKDOWNS, start=1))]
        return [Face(Dimension.DETAIL, 0, shown, side) for shown, side in sides]
    (chosen,) = members
    faces = [Face(chosen, 1, Dimension.ALL, 0), Face(chosen, 1, chosen, 1)]
    for pair, (one, two) in PAIRS.items():
        if chosen == one:
            faces.append(Face(pair, 1, two, 2))
        if chosen == two:
            faces.append(Face(pair, 2, one, 1))
    return faces


# Which rows of a dimension are held to the chosen member, by the side on which it stands.
_HELD = {0: "", 1: " AND member_id = %(member)s", 2: " AND other_id = %(member)s"}


def _rolled(selection: Selection, faces: list[Face]) -> tuple[str, dict[str, Any]]:
    """Return SQL that yields the kept rows behind some faces and the changes since, and the values that it needs."""
    chosen, selects = chosen_of(selection), []
    parameters: dict[str, Any] = {}
    by_side = {side: {face.stored for face in faces if face.fixed_side == side} for side in _HELD}
    for number, (is_current, side, names, piece) in enumerate(_pieces(selection, faces, by_side)):
        selects.append(
            _PIECE.format(
                number=number,
                start=_START_OF_PIECE[is_current],
                told=_TAKEN_AWAY if piece.is_taken_away else _ADDED,
                held=_HELD[side] + chosen,
            )
        )
        parameters |= {
            f"span_{number}": piece.span,
            f"dimensions_{number}": sorted(name.value for name in names),
            f"start_{number}": piece.period.start,
            f"end_{number}": piece.period.end,
        }
    held = " OR ".join(f"dimension = ANY(%(of_side_{side})s){_HELD[side]}" for side in _HELD)
    parameters |= {f"of_side_{side}": [name.value for name in names] for side, names in by_side.items()}
    return _ROLLED.format(pieces=" UNION ALL ".join(selects), held=f"({held}){chosen}"), parameters


def _pieces(
    selection: Selection, faces: list[Face], by_side: Mapping[int, set[Dimension]]
) -> Iterator[tuple[bool, int, set[Dimension], RollupPiece]]:
    """Cover both periods: yield whether it is the current one, the side, the dimensions and the piece of each."""
    by_week = set()
    if selection.granularity == Granularity.WEEK:
        by_week = {face.stored for face in faces if face.shown_as == Dimension.ALL}
    for side, names in by_side.items():
        if names & by_week:
            yield True, side, names & by_week, RollupPiece(Rollup.Span.DAY, selection.period)
        if names - by_week:
            yield from ((True, side, names - by_week, piece) for piece in pieces.cover(selection.period))
        if names:
            yield from ((False, side, names, piece) for piece in pieces.cover(selection.before))
