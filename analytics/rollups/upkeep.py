"""Keeping the rollups true.

Whoever changes an answer or an invitation leaves a RollupChange in the same transaction (a trigger does, so that bulk
imports, the admin and plain SQL are no exception). Readers add the changes to the rollups; a refresh folds them in.
Rollups and changes together therefore count what the raw rows count, for every reader at every moment.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from accounts import company_clock
from analytics.models import COUNTED, ROW_KEYS, Rollup, RollupChange, RollupState, Succession
from analytics.rollups import monthly_spreads, sql

# One refresh at a time; a second one leaves at once.
LOCK = 0x706C756D62
CHANGES_AT_ONCE = 20_000

_KEYS = sql.KEYS
_COLUMNS = sql.COLUMNS
_SUMS = sql.SUMS
_NEGATED = ", ".join(f"-{name}" for name in COUNTED)
_OF_MONTH = f"dimension, date_trunc('month', start)::date, {', '.join(ROW_KEYS)}"
_DAY = "({moment} AT TIME ZONE %(zone)s)::date"

# Only constants are put into these statements.
# Taking and adding are one statement: both happen, or none.
FOLD = f"""
WITH taken AS (
    DELETE FROM analytics_rollupchange
    WHERE id IN (SELECT id FROM analytics_rollupchange ORDER BY id LIMIT %(limit)s)
    RETURNING *
), days AS (
    SELECT {_KEYS}, {", ".join(f"sum({name}) AS {name}" for name in COUNTED)}
    FROM ({sql.of_changes("taken")}) AS cells GROUP BY {_KEYS}
), added AS (
    INSERT INTO analytics_rollup (span, {_KEYS}, {_COLUMNS})
    SELECT 'day', {_KEYS}, {_COLUMNS} FROM days
    UNION ALL
    SELECT 'month', {_OF_MONTH}, {_SUMS} FROM days GROUP BY {_OF_MONTH}
    ON CONFLICT (span, dimension, start, {", ".join(ROW_KEYS)}) DO UPDATE
    SET {", ".join(f"{name} = analytics_rollup.{name} + excluded.{name}" for name in COUNTED)}
)
SELECT count(*) FROM taken
"""  # noqa: S608
# One statement has one snapshot: exactly the changes that the raw rows already show are forgotten.
# Rows that are read together are written together, so that a page of the dashboard touches few pages of the disk.
COUNT_ANEW = f"""
WITH known AS (DELETE FROM analytics_rollupchange)
INSERT INTO analytics_rollup (span, {_KEYS}, {_COLUMNS})
SELECT 'day', {_KEYS}, {_SUMS}
FROM ({sql.of_raw_rows(_DAY)}) AS cells GROUP BY {_KEYS}
ORDER BY start, dimension
"""  # noqa: S608
SUM_MONTHS = f"""
INSERT INTO analytics_rollup (span, {_KEYS}, {_COLUMNS})
SELECT 'month', {_OF_MONTH}, {_SUMS}
FROM analytics_rollup WHERE span = 'day' GROUP BY {_OF_MONTH}
ORDER BY 3, 2
"""  # noqa: S608
DISAGREEING = f"""
SELECT start, dimension
FROM (
    SELECT span, {_KEYS}, {_COLUMNS} FROM analytics_rollup
    UNION ALL
    SELECT 'day', {_KEYS}, {_COLUMNS} FROM ({sql.of_changes("analytics_rollupchange")}) AS changes
    UNION ALL
    SELECT 'day', {_KEYS}, {_NEGATED} FROM ({sql.of_raw_rows(_DAY)}) AS raw
    UNION ALL
    SELECT 'month', {_OF_MONTH}, {_NEGATED} FROM analytics_rollup WHERE span = 'day'
) AS cells
GROUP BY span, {_KEYS}
HAVING ({_SUMS}) <> ({", ".join(["0"] * len(COUNTED))})
ORDER BY start, dimension
"""  # noqa: S608
_ORDERED = ", ".join(field.attname for field in Succession._meta.concrete_fields)
_EVERYBODY = (
    "ARRAY(SELECT DISTINCT contact_id FROM responses_response WHERE kind = 'relational' AND contact_id IS NOT NULL)"
)
# Successions are exact at every moment: what is kept and not true, or true and not kept, is wrong.
DISORDERED = f"""
SELECT DISTINCT (at AT TIME ZONE %(zone)s)::date, 'succession'
FROM (
    SELECT 1 AS kept, {_ORDERED} FROM analytics_succession
    UNION ALL
    SELECT -1, {_ORDERED} FROM analytics_note_successions({_EVERYBODY})
) AS successions
GROUP BY {_ORDERED} HAVING sum(kept) <> 0 ORDER BY 1
"""  # noqa: S608
PUT_IN_ORDER = f"""
DELETE FROM analytics_succession;
INSERT INTO analytics_succession ({_ORDERED}) SELECT {_ORDERED} FROM analytics_note_successions({_EVERYBODY})
"""  # noqa: S608


class Disagreement(NamedTuple):
    """A day or month in which the rollups and the raw rows count differently. There must be none."""

    start: date
    dimension: str


def refresh() -> int:
    """Fold the changes into the rollups and return how many there were. Safe to repeat, to race and to kill.

    Without rollups, or when the company's time zone is another now, everything is counted anew instead.
    """
    folded = 0
    while some := _fold_some():
        folded += some
    return folded


@transaction.atomic
def rebuild() -> None:
    """Forget the rollups and count every day anew. Readers stay exact meanwhile."""
    _run("SELECT pg_advisory_xact_lock(%(lock)s)")
    _count_anew()


@transaction.atomic
def forget(survey_id: int) -> None:
    """Take away the rows of a survey that nobody asks or answers any more: zeros, and changes that bring them there."""
    _run("SELECT pg_advisory_xact_lock(%(lock)s)")
    RollupChange.objects.filter(survey_id=survey_id).delete()
    Rollup.objects.filter(survey_id=survey_id).delete()


def disagreements() -> list[Disagreement]:
    """Return where rollups and changes, successions or spreads differ from the raw rows, or months from their days."""
    found = []
    with connection.cursor() as cursor:
        for statement in (DISAGREEING, DISORDERED, monthly_spreads.WRONG):
            cursor.execute(statement, _parameters() | monthly_spreads.parameters())
            found += [Disagreement(*row) for row in cursor.fetchall()]
    return found


def are_ready(zone: ZoneInfo) -> bool:
    """Whether there are rollups, cut in `zone`, the company's present time zone."""
    return RollupState.objects.filter(zone=zone.key).exists()


@transaction.atomic
def _fold_some() -> int:
    if not _run("SELECT pg_try_advisory_xact_lock(%(lock)s)"):
        return 0
    if not are_ready(company_clock.zone()):
        _count_anew()
    return int(_run(FOLD))


def _count_anew() -> None:
    with connection.cursor() as cursor:
        for statement in ("DELETE FROM analytics_rollup", COUNT_ANEW, SUM_MONTHS, PUT_IN_ORDER):
            cursor.execute(statement, _parameters())
    RollupState.objects.update_or_create(pk=1, defaults={"zone": company_clock.zone().key})


def _run(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters())
        return cursor.fetchone()[0]


def _parameters() -> dict[str, str | int]:
    return {"zone": company_clock.zone().key, "limit": CHANGES_AT_ONCE, "lock": LOCK}
