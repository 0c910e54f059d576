"""Counting answers and invitations into cells: a first day × a member (or a pair) × what was counted."""

from __future__ import annotations

from analytics.models import BREAKDOWNS, COUNTED, PAIRS, ROW_KEYS, SCORES, WITHIN, Dimension

KEYS = f"dimension, start, {', '.join(ROW_KEYS)}"
COLUMNS = ", ".join(COUNTED)
SUMS = ", ".join(f"sum({name})" for name in COUNTED)

_FACTS = ("team_id", *(f"{name}_id" for name in BREAKDOWNS))
_GROUPS = ", ".join(["metric", "origin", "survey_id", *(f"coalesce({fact}, 0)" for fact in _FACTS)])
_GROUPED = ", ".join(str(place) for place in range(1, 4 + len(_FACTS) + 1))
_NAMES = f"start, metric, origin, survey_id, {', '.join(_FACTS)}, score, count, answered, {', '.join(WITHIN)}"
# Each counted group stands once under “all”, once under its manager, its channel and its product, once under each pair
# of them, and once in detail; 0 is “none”.
_MEMBERS = ", ".join(
    [
        f"('{Dimension.ALL}', 0::bigint, 0::bigint, 0::bigint)",
        *(f"('{name}', {name}_id, 0, 0)" for name in BREAKDOWNS),
        *(f"('{pair}', {one}_id, {two}_id, 0)" for pair, (one, two) in PAIRS.items()),
        f"('{Dimension.DETAIL}', {', '.join(f'{name}_id' for name in BREAKDOWNS)})",
    ]
)
_COUNTS = ", ".join(
    [
        *(f"CASE WHEN score = {score} THEN count ELSE 0 END AS {name}" for score, name in enumerate(SCORES)),
        "CASE WHEN score IS NULL THEN count ELSE 0 END AS asked",
        "answered",
        *WITHIN,
    ]
)
_IN_TIME = ", ".join(f"sum(analytics_answered_within(asked_at, answered_at, {days}))::int" for days in WITHIN.values())
_NONE_IN_TIME = ", ".join("0" for _days in WITHIN)


# Whose answer it is: the company's, or the contact's where there is none, or its own where nobody is known.
ACCOUNT = """CASE WHEN company_id IS NOT NULL THEN 4 * company_id WHEN contact_id IS NOT NULL THEN 4 * contact_id + 1
     ELSE 4 * id + 2 END
"""
# What an answer is shown under, when answers are read one by one and not by cells: all, its members, and its point of
# the chart; by their places, for sorting by numbers is fast. Reads is_current, of_period and of_point (whether it is
# shown there), start and the members.
POINT = "point"
FACES = (Dimension.ALL.value, *(name.value for name in BREAKDOWNS), POINT)
EPOCH = "DATE '2000-01-01'"
SHOWN = ", ".join(
    [
        "(0, CASE WHEN of_period THEN 0::bigint END)",
        *(
            f"({place}, CASE WHEN of_period THEN coalesce({name}_id, 0) END)"
            for place, name in enumerate(BREAKDOWNS, 1)
        ),
        f"({len(FACES) - 1}, CASE WHEN of_point AND is_current THEN start - {EPOCH} END)",
    ]
)


# Only constants of this package are put together here; values travel as parameters.
def of_raw_rows(start: str, only: str = "true") -> str:
    """Return SQL that yields the cells of the raw rows that match the SQL condition `only`.

    `start` is SQL for the first day of a moment's cell; `{moment}` stands in both for the moment's column. Tests are
    counted nowhere.
    """
    return _cells(f"""
        SELECT {start.format(moment="answered_at")}, {_GROUPS}, counted_score::int, count(*)::int, 0, {_NONE_IN_TIME}
        FROM responses_response
        WHERE NOT is_provisional AND origin <> 'test' AND {only.format(moment="answered_at")}
        GROUP BY {_GROUPED}, counted_score
        UNION ALL
        SELECT {start.format(moment="asked_at")}, {_GROUPS}, NULL, count(*)::int, count(answered_at)::int, {_IN_TIME}
        FROM surveys_invitation
        WHERE asked_at IS NOT NULL AND origin <> 'test' AND {only.format(moment="asked_at")}
        GROUP BY {_GROUPED}
    """)  # noqa: S608


def of_changes(changes: str, only: str = "true") -> str:
    """Return SQL that yields the cells of the rows of `changes`, a relation like RollupChange."""
    return _cells(f"""
        SELECT (at AT TIME ZONE %(zone)s)::date, metric, origin, survey_id, {", ".join(_FACTS)}, score, count, answered,
               {", ".join(WITHIN)}
        FROM {changes} WHERE {only}
    """)  # noqa: S608


def _cells(counted: str) -> str:
    return f"""
    SELECT {KEYS}, {_COUNTS}
    FROM ({counted}) AS counted({_NAMES})
    CROSS JOIN LATERAL (VALUES {_MEMBERS}) AS of_member(dimension, member_id, other_id, third_id)
    """  # noqa: S608
