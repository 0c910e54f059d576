"""What the migrations made is kept and put back whole, and never where the migrations have changed since."""

import os
import re
import subprocess
from contextlib import closing, contextmanager

import psycopg2
import pytest

from tests.migrated import migrated
from workshop import migrated as dumps
from workshop.postgres import programs

# A cast of a list is written as one of its parts when a dump is read.
CASTS = re.compile(r"::character varying|::text|[()\[\]]")
SERVER = os.environ["DATABASE_URL"].rpartition("/")[0]


@contextmanager
def database(name):
    """An empty database, gone again afterwards."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        try:
            yield f"{SERVER}/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def text_of(url):
    """Return all that makes a database anew, but for the key of each dump."""
    command = [programs() / "pg_dump", "--no-owner", "--no-privileges", url]
    dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [CASTS.sub("", line) for line in dumped.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


@pytest.fixture
def kept(tmp_path):
    """A folder with the dump of a database that the migrations made, and that database."""
    made = f"{SERVER}/{migrated()}"
    dumps.keep(made, tmp_path)
    return tmp_path, made


def test_what_was_kept_is_put_back_to_the_last_row(kept):
    folder, made = kept
    with database(f"put_back_{os.getpid()}") as url:
        assert dumps.put_back(url, folder)

        assert text_of(url) == text_of(made)


def test_changed_migrations_find_nothing_and_what_they_keep_takes_its_place(kept, monkeypatch):
    folder, made = kept
    (before,) = folder.iterdir()
    monkeypatch.setattr(dumps, "fingerprint", lambda: "another")
    with database(f"put_back_{os.getpid()}") as url:
        empty = text_of(url)

        assert not dumps.put_back(url, folder)
        assert text_of(url) == empty

    dumps.keep(made, folder)
    assert [path.name for path in folder.iterdir()] == ["another.dump"]
    assert not before.exists()


def test_half_a_dump_leaves_the_database_empty(kept):
    folder, _made = kept
    (dump,) = folder.iterdir()
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    with database(f"put_back_{os.getpid()}") as url:
        empty = text_of(url)

        assert not dumps.put_back(url, folder)
        assert text_of(url) == empty
