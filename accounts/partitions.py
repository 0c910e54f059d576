"""Tables in parts of one month each, so that writing stays fast and an old month can go as a whole.

Months are of UTC. What no month is made for lands in the part that catches the rest, `<table>_rest`, and moves into its
own month at the next run: nothing is lost when nobody made months ahead. Everything here is a matter of the database;
Django sees one table.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import structlog
from django.db import OperationalError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accounts import clock

log = structlog.get_logger(__name__)

# This month and so many after it are always there.
MONTHS_AHEAD = 3

TABLES = """
    SELECT parent.relname, attribute.attname FROM pg_partitioned_table AS part
    JOIN pg_class AS parent ON parent.oid = part.partrelid
    JOIN pg_attribute AS attribute ON attribute.attrelid = parent.oid AND attribute.attnum = part.partattrs[0]
    WHERE parent.relnamespace = current_schema()::regnamespace AND part.partdefid <> 0 ORDER BY 1
"""
INDEXES = """
    SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s AND indexname <> %s
"""
REFERENCES = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'
"""
# Identity columns of tables in parts need PostgreSQL 17; a sequence does the same and is found in the same way.
SPLIT = """
    ALTER TABLE {table} RENAME TO {table}_whole;
    CREATE TABLE {table} (LIKE {table}_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE ({by});
    CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT;
    INSERT INTO {table} SELECT * FROM {table}_whole;
    DROP TABLE {table}_whole;
    CREATE SEQUENCE {table}_id_seq OWNED BY {table}.id;
    SELECT setval('{table}_id_seq', COALESCE(max(id), 0) + 1, false) FROM {table};
    ALTER TABLE {table} ALTER COLUMN id SET DEFAULT nextval('{table}_id_seq'),
        ADD CONSTRAINT {table}_pkey PRIMARY KEY (id, {by});
"""
PARTS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{table}'::regclass"
STRAYED = "SELECT DISTINCT date_trunc('month', {by} AT TIME ZONE 'UTC')::date FROM {table}_rest"
# Attaching a part, unlike making it in its place, leaves readers of the other parts alone.
MAKE = """
    SET LOCAL lock_timeout = '5s';
    LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE;
    CREATE TABLE {part} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES);
    WITH strayed AS (DELETE FROM {table}_rest WHERE {by} >= '{first}' AND {by} < '{after}' RETURNING *)
    INSERT INTO {part} SELECT * FROM strayed;
    ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES FROM ('{first}') TO ('{after}');
"""


def split(schema_editor: BaseDatabaseSchemaEditor, table: str, *, by: str) -> None:
    """Turn `table` into one in parts by the moment in the column `by`; for migrations. What is in it stays.

    Its primary key becomes (id, by): ids stay unique because one sequence draws them.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(INDEXES, [table, f"{table}_pkey"])
        indexes = [definition for (definition,) in cursor.fetchall()]
        cursor.execute(REFERENCES, [table])
        references = cursor.fetchall()
        cursor.execute(SPLIT.format(table=table, by=by))
        for definition in indexes:
            cursor.execute(definition)
        for name, definition in references:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def make_months(*, now: datetime | None = None) -> list[str]:
    """Make the parts of the months ahead, and of rows that have none yet; return the names of the new parts.

    A table that is too busy to be locked is left to the next run. Safe to repeat and to run at once.
    """
    now = (now or clock.now()).astimezone(UTC)
    return [part for table, by in _rows(TABLES) for part in _make_months(table, by, now)]


def _make_months(table: str, by: str, now: datetime) -> Iterator[str]:
    known = {name for (name,) in _rows(PARTS.format(table=table))}
    strayed = {first for (first,) in _rows(STRAYED.format(table=table, by=by))}
    for first in sorted({*months(now.date(), MONTHS_AHEAD), *strayed}):
        part = f"{table}_{first:%Y_%m}"
        if part not in known and _make(table, by, part, first):
            yield part


def _make(table: str, by: str, part: str, first: date) -> bool:
    (_first, after) = months(first, 1)
    edges = {"first": f"{first} 00:00+00", "after": f"{after} 00:00+00"}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(MAKE.format(table=table, by=by, part=part, **edges))
    except OperationalError as error:
        log.warning("month not made", part=part, error=str(error))
        return False
    return True


def months(day: date, ahead: int) -> list[date]:
    """Return the first day of the month of `day` and of those after it."""
    counted = [day.year * 12 + day.month - 1 + number for number in range(ahead + 1)]
    return [date(number // 12, number % 12 + 1, 1) for number in counted]


def _rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[Any] = cursor.fetchall()
        return rows
