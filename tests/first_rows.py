"""The rows that the migrations left, put back after each test that commits.

Django empties all tables anew for each such test, which makes and removes a thousand files of the server, and saves the
rows of the migrations one by one. Here only what a test changed is touched. As with Django, sequences go on.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from unittest import mock

import psycopg2
from django.db import connections
from django.test import TransactionTestCase
from psycopg2 import extensions, sql

# A part is reached through its whole, so that the months that a test added are emptied too.
TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
FINGERPRINT = "SELECT md5(string_agg(whole::text, ' ' ORDER BY whole::text)) FROM {table} AS whole"
# Whoever still writes or reads ends first, as Django's TRUNCATE waits for them too.
LOCK = "SET LOCAL lock_timeout = '60s'; LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"
# Neither triggers nor foreign keys act: all tables are as at the start when the transaction ends.
QUIET = "SET LOCAL session_replication_role = replica"


class FirstRows:
    """The rows of every table at the time of making, kept in temporary tables of the session.

    The session must be a superuser's, and needs one transaction for each `put_back`.
    """

    def __init__(self, session: extensions.connection) -> None:
        self.cursor = session.cursor()
        self.cursor.execute(TABLES)
        self.tables = [name for (name,) in self.cursor.fetchall()]
        self.kept = {table for table in self.tables if self._keep(table)}
        self._lock = _over(LOCK, tables=sql.SQL(", ").join(map(_live, self.tables))).as_string(session)
        self._changed = self._question().as_string(session)

    def put_back(self) -> list[str]:
        """Make every table what it was; return the names of those that were something else."""
        self.cursor.execute(QUIET)
        self.cursor.execute(self._lock)
        self.cursor.execute(self._changed)
        changed = [name for (name,) in self.cursor.fetchall()]
        for table in changed:
            self.cursor.execute(_over("DELETE FROM {table}", table=_live(table)))
            if table in self.kept:
                self.cursor.execute(_over("INSERT INTO {table} TABLE {copy}", table=_live(table), copy=_copy(table)))
        return changed

    def _keep(self, table: str) -> bool:
        """Copy the rows of the table; return whether there are any."""
        self.cursor.execute(_over("SELECT EXISTS (SELECT FROM {table})", table=_live(table)))
        if self.cursor.fetchone() == (False,):
            return False
        copied = "CREATE TEMPORARY TABLE {copy} AS TABLE {table}"
        self.cursor.execute(_over(copied, table=_live(table), copy=_copy(table)))
        return True

    def _question(self) -> sql.Composable:
        """Return the query for the names of the tables whose rows are not those of the start."""
        return sql.SQL(" UNION ALL ").join(
            _over("SELECT {name} WHERE {differs}", name=sql.Literal(table), differs=self._differs(table))
            for table in self.tables
        )

    def _differs(self, table: str) -> sql.Composable:
        if table not in self.kept:
            return _over("EXISTS (SELECT FROM {table})", table=_live(table))
        self.cursor.execute(_over(FINGERPRINT, table=_live(table)))
        now, first = _over(FINGERPRINT, table=_live(table)), sql.Literal(self.cursor.fetchone()[0])
        return _over("({now}) IS DISTINCT FROM {first}", now=now, first=first)


def _over(text: str, **parts: sql.Composable) -> sql.Composable:
    return sql.SQL(text).format(**parts)


def _live(table: str) -> sql.Identifier:
    return sql.Identifier("public", table)


def _copy(table: str) -> sql.Identifier:
    return sql.Identifier("pg_temp", table)


@contextmanager
def first_rows_put_back() -> Iterator[None]:
    """Let each test that commits leave the rows that there are now, in place of Django's flush."""
    connection = connections["default"]
    with closing(psycopg2.connect(**connection.get_connection_params())) as session:
        with session:
            first_rows = FirstRows(session)

        def put_back(_test_case: TransactionTestCase) -> None:
            connections.close_all()  # else we would wait for a transaction of our own that the test left open
            with session:
                first_rows.put_back()

        with mock.patch.object(TransactionTestCase, "_fixture_teardown", put_back):
            yield
