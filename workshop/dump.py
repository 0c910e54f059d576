"""Keep a dump of this version with data, so that every later migration is tried on it.

    python -m workshop.dump FILE

Run it over a database server (`make dump` does): it makes a database of its own, migrates it, loads a small demo
company, and writes the dump, compressed, in the custom format of pg_dump. tests/test_upgrades.py restores and
migrates every file of tests/upgrades/.
"""

from __future__ import annotations

import os
import subprocess
import sys

from workshop.postgres import programs

NAME = "plumb_dump"
SHARE = "0.03"


def main(path: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()
    connection.settings_dict["NAME"] = NAME
    call_command("migrate", verbosity=0)
    call_command("load_demo", "--share", SHARE, "--i-know")
    connection.close()
    dump = [str(programs() / "pg_dump"), "--format=custom", "--compress=9", "--no-owner", "--no-privileges"]
    subprocess.run([*dump, f"--file={path}", f"{server}/{NAME}"], check=True)


if __name__ == "__main__":
    main(sys.argv[1])
