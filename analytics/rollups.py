"""Keeping the rollups true: days that changed are counted anew, whole, in one transaction.

A day without a mark counts in the rollups what it counts in the raw rows, at every moment and for every reader:
marks are written by the transaction that changes a row (migration 0004), and taken away by the one that counts anew.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from analytics import rawcells
from analytics.models import COUNTED, RollupState, StaleMoment

# One refresh at a time; a second one leaves at once.
LOCK = 0x706C756D62
DAYS_AT_ONCE = 62

_KEYS = rawcells.KEYS
_COLUMNS = rawcells.COLUMNS
_SUMS = ", ".join(f"sum({name})" for name in COUNTED)

TAKE_MARKS = """
WITH day_of AS (
    SELECT DISTINCT (at AT TIME ZONE %(zone)s)::date AS day FROM analytics_stalemoment ORDER BY day LIMIT %(limit)s
), taken AS (
    DELETE FROM analytics_stalemoment WHERE (at AT TIME ZONE %(zone)s)::date IN (SELECT day FROM day_of)
)
SELECT day FROM day_of
"""
FORGET = """
DELETE FROM analytics_rollup
WHERE (span = 'day' AND start = ANY(%(days)s::date[])) OR (span = 'month' AND start = ANY(%(months)s::date[]))
"""
# Rows that are read together are written together, so that a page of the dashboard touches few pages of the disk.
# Only constants are put into these statements.
COUNT_DAYS = f"""
INSERT INTO analytics_rollup (span, {_KEYS}, {_COLUMNS})
SELECT 'day', {_KEYS}, {_SUMS}
FROM ({rawcells.of_days("unnest(%(days)s::date[])")}) AS cells
GROUP BY {_KEYS}
ORDER BY start, dimension
"""  # noqa: S608
SUM_MONTHS = f"""
INSERT INTO analytics_rollup (span, {_KEYS}, {_COLUMNS})
SELECT 'month', dimension, member_id, other_id, month, survey_id, team_id, {_SUMS}
FROM unnest(%(months)s::date[]) AS months(month)
JOIN analytics_rollup ON span = 'day' AND start >= month AND start < month + interval '1 month'
GROUP BY dimension, member_id, other_id, month, survey_id, team_id
ORDER BY month, dimension
"""  # noqa: S608
MARK_EVERYTHING = """
INSERT INTO analytics_stalemoment (at)
SELECT DISTINCT date_bin('15 minutes', at, TIMESTAMPTZ '2000-01-01 00:00:00+00')
FROM (SELECT answered_at AS at FROM responses_response
      UNION ALL SELECT asked_at FROM surveys_invitation WHERE asked_at IS NOT NULL) AS moments
"""
_NEGATED = ", ".join(f"-{name}" for name in COUNTED)
DISAGREEING = f"""
SELECT start, dimension
FROM (
    SELECT span, {_KEYS}, {_COLUMNS} FROM analytics_rollup
    UNION ALL
    SELECT 'day', {_KEYS}, {_NEGATED}
    FROM ({rawcells.of_bucket("({moment} AT TIME ZONE %(zone)s)::date", "true")}) AS raw
    UNION ALL
    SELECT 'month', dimension, member_id, other_id, date_trunc('month', start)::date, survey_id, team_id, {_NEGATED}
    FROM analytics_rollup WHERE span = 'day'
) AS cells
WHERE NOT EXISTS (
    SELECT 1 FROM analytics_stalemoment
    WHERE date_trunc('month', at AT TIME ZONE %(zone)s)::date = date_trunc('month', start)::date
)
GROUP BY span, {_KEYS}
HAVING ({_SUMS}) <> ({", ".join(["0"] * len(COUNTED))})
ORDER BY start, dimension
"""  # noqa: S608


class Disagreement(NamedTuple):
    """A cell in which the rollup and the raw rows count differently. There must be none."""

    start: date
    dimension: str


def refresh() -> int:
    """Count the marked days anew, some in each transaction, and return how many were. Safe to repeat and to kill."""
    refreshed = 0
    while days := _refresh_some():
        refreshed += days
    return refreshed


def rebuild() -> int:
    """Forget all rollups, count every day anew and return how many days that were. Readers stay exact meanwhile."""
    with transaction.atomic():
        _wait_for_lock()
        _start_over()
    return refresh()


def disagreements() -> list[Disagreement]:
    """Return where the rollups and the raw rows differ, in months without marked days."""
    with connection.cursor() as cursor:
        cursor.execute(DISAGREEING, {"zone": settings.TIME_ZONE})
        return [Disagreement(*row) for row in cursor.fetchall()]


def are_ready() -> bool:
    """Whether there are rollups, cut in the company's present time zone."""
    return RollupState.objects.filter(zone=settings.TIME_ZONE).exists()


@transaction.atomic
def _refresh_some() -> int:
    if not _lock():
        return 0
    if not are_ready():
        _start_over()
    with connection.cursor() as cursor:
        cursor.execute(TAKE_MARKS, {"zone": settings.TIME_ZONE, "limit": DAYS_AT_ONCE})
        days = [day for (day,) in cursor.fetchall()]
        if days:
            parameters = {
                "zone": settings.TIME_ZONE,
                "days": days,
                "months": sorted({day.replace(day=1) for day in days}),
            }
            for statement in (FORGET, COUNT_DAYS, SUM_MONTHS):
                cursor.execute(statement, parameters)
    return len(days)


def _start_over() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM analytics_rollup")
        StaleMoment.objects.all().delete()
        cursor.execute(MARK_EVERYTHING)
    RollupState.objects.update_or_create(pk=1, defaults={"zone": settings.TIME_ZONE})


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _wait_for_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
