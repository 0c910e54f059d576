"""Reading which topics the answers of a selection name, counted; one statement over the raw rows.

The rows of the period are found by their moment, their topics by the key of the answer. Nothing is kept ready: a word
of staff or a new dictionary shows at once, and every number is that of the list of answers behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from analytics.rollups.cells import OF_MEMBERS, OF_SELECTION, START_OF_POINT, Selection, parameters_of
from analytics.unit import Unit
from responses.models import Topic
from surveys.metrics import SCALES, Tier

_START = START_OF_POINT.format(moment="answered_at")
# Only constants, and how many topics there are, are put into the statement; values travel as parameters.
_TALLIES = f"""
SET LOCAL jit = off;
WITH given AS MATERIALIZED (
    SELECT id, {_START} AS start, comment <> '' AS has_comment,
           CASE WHEN counted_score = ANY(%(good)s) THEN 'good' WHEN counted_score = ANY(%(bad)s) THEN 'bad'
                ELSE 'middle' END AS tier,
           {{counts}}
    FROM responses_response {{and_the_next}}
    WHERE NOT is_provisional AND origin <> 'test'
      AND answered_at >= %(current_moment)s AND answered_at < %(last_moment)s
      AND {OF_SELECTION} AND {OF_MEMBERS}
), marks AS (
    SELECT * FROM unnest(%(topic_ids)s::bigint[], %(marks)s::bit({{topics}})[]) AS marks(topic_id, mark)
), named AS (
    SELECT response_id, bit_or(mark) AS mark
    FROM responses_responsetopic JOIN marks USING (topic_id) JOIN given ON given.id = response_id
    GROUP BY response_id
)
SELECT start, mark::text, tier, has_comment, count(*) FILTER (WHERE of_period)::int,
       count(*) FILTER (WHERE of_point)::int
FROM given LEFT JOIN named ON response_id = id
GROUP BY start, mark, tier, has_comment
"""  # noqa: S608
_EACH_COUNTS = {"counts": "true AS of_period, true AS of_point", "and_the_next": ""}
# Of the answers about the relationship the latest of each customer: in the period, and in the point of the chart.
_LATEST_COUNT = {
    "counts": f"""
           NOT coalesce(next_at < %(last_moment)s, false) AS of_period,
           NOT coalesce(next_at < %(last_moment)s AND {_START} = {START_OF_POINT.format(moment="next_at")}, false)
           AS of_point
    """,
    "and_the_next": """
        LEFT JOIN (SELECT response_id, {next} AS next_at FROM analytics_succession) AS succession
          ON succession.response_id = id
    """,
}


class Tally(NamedTuple):
    """So many answers of one point of the chart are alike: in the period, and in the point as a period of its own."""

    start: date
    topics: frozenset[int]
    tier: Tier
    has_comment: bool
    of_period: int
    of_point: int


@dataclass(frozen=True)
class Tallies:
    """What the answers of a selection name, and the topics that there are, in their order."""

    rows: Sequence[Tally]
    topics: Sequence[Topic]

    @property
    def alike(self) -> Counter[tuple[Tier, frozenset[int]]]:
        """The answers of the period by tier and topics."""
        found: Counter[tuple[Tier, frozenset[int]]] = Counter()
        for row in self.rows:
            found[row.tier, row.topics] += row.of_period
        return +found

    @property
    def said(self) -> Counter[tuple[Tier, frozenset[int]]]:
        """Those of them that name a topic."""
        return Counter({(tier, topics): number for (tier, topics), number in self.alike.items() if topics})

    def comments(self, *, without_topic: bool = False) -> int:
        """Return how many answers of the period have a comment; or, of those, how many name no topic."""
        return sum(row.of_period for row in self.rows if row.has_comment and not (without_topic and row.topics))


def read(selection: Selection) -> Tallies:
    """Return the tallies of a selection's own period."""
    topics = list(Topic.objects.order_by("position", "pk"))
    statement, parameters = _statement(selection, topics)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    ids = [topic.pk for topic in topics]
    return Tallies([_tally(ids, *row) for row in rows], topics)


def _statement(selection: Selection, topics: Sequence[Topic]) -> tuple[str, dict[str, Any]]:
    scale, number = SCALES[selection.metric], max(1, len(topics))
    pieces = _EACH_COUNTS if selection.unit is Unit.ANSWERS else _LATEST_COUNT
    statement = _TALLIES.format(
        topics=number, **{name: piece.format(next=selection.next_answer) for name, piece in pieces.items()}
    )
    return statement, parameters_of(selection) | {
        "good": scale.scores_of(Tier.GOOD),
        "bad": scale.scores_of(Tier.BAD),
        "topic_ids": [topic.pk for topic in topics],
        "marks": [f"{1 << place:0{number}b}" for place in range(len(topics))],
    }


def _tally(
    ids: Sequence[int], start: date, mark: str | None, tier: str, has_comment: bool, of_period: int, of_point: int
) -> Tally:
    # The last bit is the first topic.
    named = frozenset(pk for pk, bit in zip(ids, reversed(mark or ""), strict=False) if bit == "1")
    return Tally(start, named, Tier(tier), has_comment, of_period, of_point)
