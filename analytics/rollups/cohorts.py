"""People by the day on which they were asked: how many, and how many answered within 1, 3, 7 and 14 days.

Daily rows of the rollups and the changes since; before there are rollups the raw rows. So few days are read that a page
need not know how many answers there are.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from analytics.delay_curve import Cohort
from analytics.models import WITHIN, Dimension
from analytics.periods import Period
from analytics.rollups import sql
from analytics.rollups.cells import COLUMN_OF, OF_MEMBERS, OF_SELECTION, Selection, chosen_of, parameters_of

_SUMS = ", ".join(f"sum({name})::int" for name in ("asked", *WITHIN))
_IN_DAYS = "{moment} >= %(since)s AND {moment} < %(until)s"

# Only constants of this package are put into these statements; values travel as parameters.
_ROLLED = f"""
SELECT start, {_SUMS}
FROM (
    SELECT {sql.KEYS}, {sql.COLUMNS} FROM analytics_rollup
    WHERE span = 'day' AND dimension = %(dimension)s AND start >= %(first_day)s AND start < %(end_day)s
      AND {OF_SELECTION}
    UNION ALL
    SELECT {sql.KEYS}, {sql.COLUMNS}
    FROM ({sql.of_changes("analytics_rollupchange", f"{_IN_DAYS.format(moment='at')} AND {OF_SELECTION}")}) AS changes
) AS cells
WHERE dimension = %(dimension)s {{chosen}}
GROUP BY start
HAVING sum(asked) > 0
ORDER BY start
"""  # noqa: S608
_RAW = f"""
SELECT start, {_SUMS}
FROM ({
    sql.of_raw_rows("({moment} AT TIME ZONE %(zone)s)::date", f"{_IN_DAYS} AND {OF_SELECTION} AND {OF_MEMBERS}")
}) AS cells
WHERE dimension = '{Dimension.ALL}'
GROUP BY start
HAVING sum(asked) > 0
ORDER BY start
"""  # noqa: S608


def read(selection: Selection, days: Period) -> list[Cohort]:
    """Return those asked on each of some days, whatever period the selection has; days without any are left out."""
    since, until = days.moments(selection.zone)
    parameters = parameters_of(selection) | {
        "first_day": days.start,
        "end_day": days.end,
        "since": since,
        "until": until,
    }
    if selection.is_rolled:
        dimension, chosen = _held(selection)
        statement = _ROLLED.format(chosen=chosen)
        parameters["dimension"] = dimension.value
    else:
        statement = _RAW
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [_cohort(*row) for row in cursor.fetchall()]


def _held(selection: Selection) -> tuple[Dimension, str]:
    """Return which rows hold a selection, and SQL that holds them to its members."""
    if selection.is_crossed:
        return Dimension.DETAIL, chosen_of(selection)
    for name in selection.members:
        return name, f" AND {COLUMN_OF[Dimension.MANAGER]} = %(member)s"
    return Dimension.ALL, ""


def _cohort(day: date, asked: int, *answered: Any) -> Cohort:
    first, second, third, last = answered
    return Cohort(day, asked, (first, second, third, last))
