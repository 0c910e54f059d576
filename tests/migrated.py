"""A database in which every migration ran once; the databases of the tests are copies of it.

Migrating from nothing takes longer than many a test, and each worker needs a database of its own. The name tells which
migrations it stands for, so that a changed one makes another.
"""

import hashlib
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "migrated_"
IMPORTED = re.compile(r"^(?:from|import) ((?:accounts|crm|delivery|surveys|responses|followups|analytics)[\w.]*)", re.M)
# Whoever makes it holds this lock of the server.
LOCK = "SELECT pg_advisory_lock(hashtextextended('tests.migrated', 0))"


def migrated() -> str:
    """Return the name of the database, made anew when it is missing; those of other migrations are dropped."""
    url = os.environ["DATABASE_URL"]
    name = PREFIX + _fingerprint()
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
            _migrate(urlunsplit(urlsplit(url)._replace(path=f"/{unfinished}")))
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--skip-checks", "-v0"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, check=True)


def _fingerprint() -> str:
    """Return what tells these migrations from others: their texts, those of what they import, and the packages."""
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    modules = {name for path in migrations for name in IMPORTED.findall(path.read_text())}
    imported = {ROOT / f"{name.replace('.', '/')}{end}" for name in modules for end in (".py", "/__init__.py")}
    apps = sorted({path.parent.parent for path in migrations})
    carried = [path for app in apps for end in ("sql", "json") for path in sorted(app.rglob(f"*.{end}"))]
    read = [*migrations, *sorted(imported), *carried, ROOT / "requirements-dev.lock"]
    text = b"\0".join(path.read_bytes() for path in read if path.is_file())
    return hashlib.sha256(text).hexdigest()[:16]


if __name__ == "__main__":
    migrated()
