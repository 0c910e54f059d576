"""A database in which every migration ran once; the databases of the tests are copies of it.

Migrating from nothing takes longer than many a test, and each worker needs a database of its own. The name tells which
migrations it stands for, so that a changed one makes another. Where the smoke run has migrated already, what it kept
is put back instead.
"""

import os
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from workshop.home import PROJECT
from workshop.migrated import fingerprint, put_back

PREFIX = "migrated_"
# Whoever makes it holds this lock of the server.
LOCK = "SELECT pg_advisory_lock(hashtextextended('tests.migrated', 0))"


def migrated() -> str:
    """Return the name of the database, made anew when it is missing; those of other migrations are dropped."""
    url = os.environ["DATABASE_URL"]
    name = PREFIX + fingerprint()
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(LOCK)
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            for other in found:
                cursor.execute(f'DROP DATABASE "{other}"')
            unfinished = f"{PREFIX}unfinished"
            cursor.execute(f"CREATE DATABASE \"{unfinished}\" ENCODING 'UTF8' TEMPLATE template0")
            there = urlunsplit(urlsplit(url)._replace(path=f"/{unfinished}"))
            if not put_back(there):
                _migrate(there)
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--skip-checks", "-v0"]
    subprocess.run(command, cwd=PROJECT, env=os.environ | {"DATABASE_URL": url}, check=True)


if __name__ == "__main__":
    migrated()
