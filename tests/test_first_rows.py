"""A test that commits leaves every table as the migrations left it."""

from contextlib import closing

import psycopg2
import pytest
from django.contrib.auth.models import Group
from django.db import connection

from accounts import roles
from accounts.models import Team
from tests.factories import TeamFactory
from tests.first_rows import FirstRows

pytestmark = pytest.mark.django_db(transaction=True)
# A value for each category of types, whatever the rules of the column say.
VALUES = {"N": "1", "S": "x", "D": "now", "B": "true", "A": "{}", "T": "1 day", "R": "empty", "I": "127.0.0.1"}
OF_TYPES = {"uuid": "00000000-0000-0000-0000-000000000001", "jsonb": "{}", "json": "{}", "bytea": "x"}
TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public'
      AND format('%I.%I', schemaname, tablename)::regclass NOT IN (SELECT inhrelid FROM pg_inherits)
"""
COLUMNS = """
    SELECT attname, typname, typcategory FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
CHECKS = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE contype = 'c' AND conislocal AND connamespace = 'public'::regnamespace
"""


@pytest.fixture
def session(transactional_db):
    """A session whose transaction is never committed."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as session:
        yield session


@pytest.fixture
def first_rows(session):
    return FirstRows(session)


def rows_of_every_table(cursor):
    cursor.execute(TABLES)
    rows = {}
    for (table,) in cursor.fetchall():
        cursor.execute(f'SELECT whole::text FROM public."{table}" AS whole')
        rows[table] = sorted(row for (row,) in cursor.fetchall())
    return rows


def change_every_table(cursor):
    """Add a row to each empty table, and take one from each other one."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute(CHECKS)
    for table, check in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{check}"')
    for table, rows in rows_of_every_table(cursor).items():
        if rows:
            cursor.execute(f'DELETE FROM public."{table}" AS whole WHERE whole::text = %s', [rows[0]])
        else:
            cursor.execute(COLUMNS, [f'public."{table}"'])
            values = {name: OF_TYPES.get(kind) or VALUES[category] for name, kind, category in cursor.fetchall()}
            names, places = ", ".join(f'"{name}"' for name in values), ", ".join(["%s"] * len(values))
            cursor.execute(f'INSERT INTO public."{table}" ({names}) VALUES ({places})', list(values.values()))
    cursor.execute("SET LOCAL session_replication_role = origin")


def test_every_table_becomes_what_it_was(session, first_rows):
    cursor = session.cursor()
    before = rows_of_every_table(cursor)
    change_every_table(cursor)
    changed = rows_of_every_table(cursor)
    assert [table for table in before if changed[table] == before[table]] == []

    assert first_rows.put_back() == sorted(before)

    assert rows_of_every_table(cursor) == before
    assert first_rows.put_back() == []


def test_a_row_that_only_reads_otherwise_is_put_back(session, first_rows):
    cursor = session.cursor()
    before = rows_of_every_table(cursor)
    cursor.execute("UPDATE public.auth_group SET name = name || '!'")

    assert first_rows.put_back() == ["auth_group"]
    assert rows_of_every_table(cursor) == before


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(turn):
    assert not Team.objects.exists()
    assert Group.objects.filter(name=roles.AGENTS).exists()

    TeamFactory()
    Group.objects.all().delete()


def test_a_transaction_that_a_test_leaves_open_holds_nobody_up():
    connection.set_autocommit(False)

    TeamFactory()
