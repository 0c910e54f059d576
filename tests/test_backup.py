"""What docs/install.md says of backups, done word for word: nothing is lost, and old links open."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.models import Team
from delivery.models import TeamHook
from followups.models import Followup
from tests.factories import FollowupFactory, InvitationFactory
from workshop import postgres
from workshop.home import Home

INSTALL = Path(settings.BASE_DIR, "docs", "install.md").read_text()
ROLES = Path(settings.BASE_DIR, "deploy", "roles.sh")
OF_ROLES = {"plumb_owner": "owner-of-a-test", "plumb": "role-of-a-test"}


class Installation:
    """A server of its own with the database `plumb`, as the compose file starts it."""

    def __init__(self, server):
        self.server = server

    def run(self, program, *arguments, database=postgres.DATABASE, **options):
        command = [postgres.programs() / program, f"--dbname={self.server.url_of(database)}", *arguments]
        return subprocess.run(command, check=True, capture_output=True, **options).stdout

    def prepare(self):
        """Do what the container does with an empty volume."""
        address = {"PGHOST": "127.0.0.1", "PGPORT": str(self.server.port), "PGPASSWORD": self.server._password()}
        environment = {
            "PATH": f"{postgres.programs()}:{os.environ['PATH']}", "POSTGRES_USER": postgres.USER,
            "POSTGRES_DB": postgres.DATABASE, "DATABASE_OWNER_PASSWORD": OF_ROLES["plumb_owner"],
            "DATABASE_PASSWORD": OF_ROLES["plumb"], **address,
        }  # fmt: skip
        subprocess.run(["sh", ROLES], check=True, capture_output=True, env=environment)

    def lose_everything(self):
        connection.close()
        for statement in ("DROP DATABASE plumb WITH (FORCE)", "DROP ROLE plumb, plumb_owner", "CREATE DATABASE plumb"):
            self.run("psql", "--set", "ON_ERROR_STOP=1", "--command", statement, database="postgres")
        self.prepare()

    def connect_as(self, role):
        connection.close()
        connection.settings_dict |= {
            "HOST": "127.0.0.1", "PORT": str(self.server.port), "NAME": "plumb", "USER": role,
            "PASSWORD": OF_ROLES[role],
        }  # fmt: skip


@pytest.fixture
def installation(django_db_setup, django_db_blocker, tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "USER", "postgres")
    with django_db_blocker.unblock(), Home(tmp_path) as home:
        server = postgres.PostgresServer(home, durable=False)
        before = dict(connection.settings_dict)
        try:
            server.start()
            made = Installation(server)
            made.prepare()
            yield made
        finally:
            connection.close()
            connection.settings_dict |= before
            server.stop()


def documented(program):
    """Return the arguments that the page gives to a program, without those that say where."""
    (line,) = re.findall(rf"postgres {program} ([^|\n]*)", INSTALL)
    words = re.sub(r"--(username|dbname) \S+", "", line)
    return [word for word in shlex.split(words) if word != "plumb"]


def counts():
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def test_a_restored_backup_holds_every_row_and_opens_the_links_of_old_letters(installation, settings):
    installation.connect_as("plumb_owner")
    call_command("migrate", verbosity=0)
    installation.connect_as("plumb")
    invitation = InvitationFactory(contact__first_name="Ona")
    FollowupFactory(response__invitation=invitation)
    TeamHook.objects.create(team=Team.objects.create(name="North"), url="https://chat.example/hook/1")
    kept, rows = invitation.path, counts()

    dump = installation.run("pg_dump", *documented("pg_dump"))
    installation.lose_everything()
    installation.run("pg_restore", *documented("pg_restore"), input=dump)

    installation.connect_as("plumb")
    assert counts() == rows
    assert rows["surveys_invitation"] == 1
    assert "Your answer so far is 3." in Client().get(kept).text
    Followup.objects.get().note("The role may write again.", by=None)
    call_command("check_keys")
    settings.TOKEN_KEY = settings.ENCRYPTION_KEY = "another-key-of-nobody-0123456789-abcdefghij"
    settings.TOKEN_KEY_FALLBACKS = settings.ENCRYPTION_KEY_FALLBACKS = []
    with pytest.raises(CommandError, match="TOKEN_KEY, ENCRYPTION_KEY made nothing"):
        call_command("check_keys")
