"""Counting raw answers and invitations into cells: a first day × one dimension's member × what was counted."""

from __future__ import annotations

from analytics.models import BREAKDOWNS, COUNTED, PAIRS, SCORES, Dimension

KEYS = "dimension, member_id, other_id, start, survey_id, team_id"
COLUMNS = ", ".join(COUNTED)

# Each counted group stands once under “all”, once under its manager, its channel and its product, and once under each
# pair of them; 0 is “none”.
_MEMBERS = ", ".join(
    [
        f"('{Dimension.ALL}', 0::bigint, 0::bigint)",
        *(f"('{name}', coalesce({name}_id, 0), 0)" for name in BREAKDOWNS),
        *(f"('{pair}', coalesce({one}_id, 0), coalesce({two}_id, 0))" for pair, (one, two) in PAIRS.items()),
    ]
)
_EXPAND = f"CROSS JOIN LATERAL (VALUES {_MEMBERS}) AS of_member(dimension, member_id, other_id)"
_BY_SCORE = ", ".join(f"CASE WHEN score = {score} THEN n ELSE 0 END AS {name}" for score, name in enumerate(SCORES))
_NO_SCORES = ", ".join(["0"] * len(SCORES))
_FACTS = "survey_id, coalesce(team_id, 0) AS team_id, manager_id, channel_id, product_id"


def of_days(days: str) -> str:
    """Return SQL that yields the cells of the days that the SQL `days` names (a relation with a column `day`).

    Parameters: zone. The index on the moment is walked once for each day.
    """
    return _cells(
        start="days.day",
        answers=f"{days} AS days(day) JOIN responses_response ON {_within('answered_at')}",
        invitations=f"{days} AS days(day) JOIN surveys_invitation ON {_within('asked_at')}",
        only="true",
    )


def of_bucket(start: str, only: str) -> str:
    """Return SQL that yields the cells of everything that matches the SQL condition `only`.

    `start` is SQL for the first day of a moment's cell; `{moment}` stands in both for the moment's column.
    """
    return _cells(start=start, answers="responses_response", invitations="surveys_invitation", only=only)


def _cells(*, start: str, answers: str, invitations: str, only: str) -> str:
    # Only constants of this package are put together here; values travel as parameters.
    return f"""
    SELECT {KEYS}, {_BY_SCORE}, 0 AS asked, 0 AS answered
    FROM (
        SELECT {start.format(moment="answered_at")} AS start, {_FACTS}, score, count(*)::int AS n
        FROM {answers}
        WHERE NOT is_provisional AND {only.format(moment="answered_at")}
        GROUP BY 1, 2, 3, 4, 5, 6, score
    ) AS counted {_EXPAND}
    UNION ALL
    SELECT {KEYS}, {_NO_SCORES}, asked, answered
    FROM (
        SELECT {start.format(moment="asked_at")} AS start, {_FACTS},
               count(*)::int AS asked, count(answered_at)::int AS answered
        FROM {invitations}
        WHERE asked_at IS NOT NULL AND {only.format(moment="asked_at")}
        GROUP BY 1, 2, 3, 4, 5, 6
    ) AS counted {_EXPAND}
    """  # noqa: S608


def _within(moment: str) -> str:
    return (
        f"{moment} >= (days.day::timestamp AT TIME ZONE %(zone)s)"
        f" AND {moment} < ((days.day + 1)::timestamp AT TIME ZONE %(zone)s)"
    )
