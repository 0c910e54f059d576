"""Counting answers and invitations into cells: a first day × a member (or a pair) × what was counted."""

from __future__ import annotations

from analytics.models import BREAKDOWNS, COUNTED, PAIRS, SCORES, Dimension

KEYS = "dimension, member_id, other_id, start, survey_id, team_id"
COLUMNS = ", ".join(COUNTED)
SUMS = ", ".join(f"sum({name})" for name in COUNTED)

_GROUPS = "survey_id, coalesce(team_id, 0), coalesce(manager_id, 0), coalesce(channel_id, 0), coalesce(product_id, 0)"
_NAMES = "start, survey_id, team_id, manager_id, channel_id, product_id, score, count, answered"
# Each counted group stands once under “all”, once under its manager, its channel and its product, and once under each
# pair of them; 0 is “none”.
_MEMBERS = ", ".join(
    [
        f"('{Dimension.ALL}', 0::bigint, 0::bigint)",
        *(f"('{name}', {name}_id, 0)" for name in BREAKDOWNS),
        *(f"('{pair}', {one}_id, {two}_id)" for pair, (one, two) in PAIRS.items()),
    ]
)
_COUNTS = ", ".join(
    [
        *(f"CASE WHEN score = {score} THEN count ELSE 0 END AS {name}" for score, name in enumerate(SCORES)),
        "CASE WHEN score IS NULL THEN count ELSE 0 END AS asked",
        "answered",
    ]
)


# Only constants of this package are put together here; values travel as parameters.
def of_raw_rows(start: str, only: str = "true") -> str:
    """Return SQL that yields the cells of the raw rows that match the SQL condition `only`.

    `start` is SQL for the first day of a moment's cell; `{moment}` stands in both for the moment's column.
    """
    return _cells(f"""
        SELECT {start.format(moment="answered_at")}, {_GROUPS}, score::int, count(*)::int, 0
        FROM responses_response
        WHERE NOT is_provisional AND {only.format(moment="answered_at")}
        GROUP BY 1, 2, 3, 4, 5, 6, score
        UNION ALL
        SELECT {start.format(moment="asked_at")}, {_GROUPS}, NULL, count(*)::int, count(answered_at)::int
        FROM surveys_invitation
        WHERE asked_at IS NOT NULL AND {only.format(moment="asked_at")}
        GROUP BY 1, 2, 3, 4, 5, 6
    """)  # noqa: S608


def of_changes(changes: str, only: str = "true") -> str:
    """Return SQL that yields the cells of the rows of `changes`, a relation like RollupChange."""
    return _cells(f"""
        SELECT (at AT TIME ZONE %(zone)s)::date, survey_id, team_id, manager_id, channel_id, product_id, score, count,
               answered
        FROM {changes} WHERE {only}
    """)  # noqa: S608


def _cells(counted: str) -> str:
    return f"""
    SELECT {KEYS}, {_COUNTS}
    FROM ({counted}) AS counted({_NAMES})
    CROSS JOIN LATERAL (VALUES {_MEMBERS}) AS of_member(dimension, member_id, other_id)
    """  # noqa: S608
