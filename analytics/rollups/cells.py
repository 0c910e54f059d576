"""Reading the numbers of a dashboard in one statement, exact at the moment of its snapshot.

The rollups answer: whole months from monthly rows, the ragged days at the ends from daily rows, and whatever changed
since the last refresh from the changes. With one manager, channel or product chosen the rows of pairs serve, with two
or three the rows in detail. Before there are rollups the raw rows are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Min

from analytics.models import BREAKDOWNS, PAIRS, SCORES, Dimension, Rollup
from analytics.periods import Granularity, Period
from analytics.rollups import sql, upkeep
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
_PIECE = f"""
SELECT {_KEYS}, {_COLUMNS} FROM analytics_rollup
WHERE span = %(span_{{0}})s AND dimension = ANY(%(dimensions_{{0}})s)
  AND start >= %(start_{{0}})s AND start < %(end_{{0}})s AND {OF_SELECTION} {{1}}
"""  # noqa: S608
# Compiling the statement (jit) would take longer than running it.
_ROLLED = f"""
SET LOCAL jit = off;
WITH cells AS (
    {{pieces}}
    UNION ALL
    SELECT {_KEYS}, {_COLUMNS}
    FROM ({sql.of_changes("analytics_rollupchange", f"{IN_PERIODS.format(moment='at')} AND {OF_SELECTION}")}) AS changes
    WHERE dimension = ANY(%(stored)s) {{chosen}}
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
_SUMMED = f"""
SELECT face.number::int,
       CASE face.shown_side WHEN 1 THEN member_id WHEN 2 THEN other_id WHEN 3 THEN third_id ELSE 0 END,
       start >= %(current_start)s,
       CASE WHEN face.shown_side = 0 AND start >= %(current_start)s
            THEN date_trunc(%(granularity)s, start)::date END,
       {", ".join(f"sum({name})::int" for name in _TOLD)}
FROM cells
JOIN unnest(%(stored)s::text[], %(fixed_sides)s::int[], %(shown_sides)s::int[]) WITH ORDINALITY
     AS face(stored, fixed_side, shown_side, number) ON dimension = face.stored
WHERE CASE face.fixed_side WHEN 1 THEN member_id = %(member)s WHEN 2 THEN other_id = %(member)s ELSE true END
GROUP BY 1, 2, 3, 4
"""  # noqa: S608
_POINT = sql.FACES.index(sql.POINT)
# Answers of customers who gave a later one in the same period, or within the same point of the chart.
_SUPERSEDED = f"""
UNION ALL
SELECT -1 - face, CASE WHEN face <> {_POINT} THEN member ELSE 0 END, is_current,
       CASE WHEN face = {_POINT} THEN {sql.EPOCH} + member::int END,
       {", ".join(f"count(*) FILTER (WHERE score = {score})::int" for score in range(len(SCORES)))}, 0, 0, 0
FROM (
    SELECT at >= %(current_moment)s AS is_current, {START_OF_POINT.format(moment="at")} AS start, score,
           {", ".join(f"{name}_id" for name in BREAKDOWNS)}, true AS of_period,
           {START_OF_POINT.format(moment="at")} = {START_OF_POINT.format(moment="{next}")} AS of_point
    FROM analytics_succession
    WHERE {IN_PERIODS.format(moment="at")} AND {OF_SELECTION} AND {OF_MEMBERS}
      AND {{next}} < CASE WHEN at >= %(current_moment)s THEN %(last_moment)s ELSE %(first_end)s END
) AS superseded
CROSS JOIN LATERAL (VALUES {sql.SHOWN}) AS shown(face, member)
WHERE member IS NOT NULL
GROUP BY face, member, is_current
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
    if upkeep.are_ready(selection.zone):
        faces = _faces(selection.members)
        chosen = chosen_of(selection)
        pieces = []
        for number, piece in enumerate(_pieces(selection, faces)):
            pieces.append(_PIECE.format(number, chosen))
            parameters |= {f"{name}_{number}": value for name, value in piece.items()}
        statement = _ROLLED.format(pieces=" UNION ALL ".join(pieces), chosen=chosen) + _SUMMED
    else:
        faces = _faces({})
        statement = _RAW + _SUMMED
    parameters |= {
        "stored": [face.stored.value for face in faces],
        "fixed_sides": [face.fixed_side for face in faces],
        "shown_sides": [face.shown_side for face in faces],
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
    if upkeep.are_ready(selection.zone):
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


def _pieces(selection: Selection, faces: list[Face]) -> Iterator[dict[str, Any]]:
    """Cover both periods with as few rows as exist: months where they fit, days elsewhere."""
    dimensions = {face.stored for face in faces}
    by_week = set()
    if selection.granularity == Granularity.WEEK:
        by_week = {face.stored for face in faces if face.shown_as == Dimension.ALL}
        yield _piece("day", by_week, selection.period)
    yield from _months_and_edges(dimensions - by_week, selection.period)
    yield from _months_and_edges(dimensions, selection.before)


def _months_and_edges(dimensions: set[Dimension], period: Period) -> Iterator[dict[str, Any]]:
    months = period.whole_months()
    if months.days:
        yield _piece("month", dimensions, months)
    for edge in (Period(period.start, months.start), Period(months.end, period.end)):
        if edge.days:
            yield _piece("day", dimensions, edge)


def _piece(span: str, dimensions: set[Dimension], period: Period) -> dict[str, Any]:
    return {
        "span": span,
        "dimensions": sorted(name.value for name in dimensions),
        "start": period.start,
        "end": period.end,
    }
