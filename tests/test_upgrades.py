"""Every version that is in use somewhere becomes this one with nothing lost: its dump is restored and migrated."""

import os
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from crm.models import Consent, ConsentChange, Contact
from responses.models import Response
from surveys.models import Invitation
from workshop.postgres import programs

DUMPS = sorted(Path(settings.BASE_DIR, "tests", "upgrades").glob("*.dump"))


@pytest.fixture
def restored(request, django_db_setup, django_db_blocker):
    """A database with what a dump holds; the connection leads there."""
    with django_db_blocker.unblock():
        home, name = connection.settings_dict["NAME"], f"upgrade_{os.getpid()}"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        connection.close()
        server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
        restore = [programs() / "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error"]
        subprocess.run([*restore, f"--dbname={server}/{name}", request.param], check=True)
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = home
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("restored", DUMPS, ids=lambda path: path.stem, indirect=True)
def test_an_installation_of_an_earlier_version_migrates_with_all_its_rows(restored):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crm_contact")
        contacts = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM responses_response")
        responses = cursor.fetchone()[0]

    call_command("migrate", verbosity=0)

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert Contact.objects.count() == contacts > 50
    assert Response.objects.count() == responses > 20
    assert all(response.tier for response in Response.objects.all())
    assert set(Consent.objects.values_list("use", "evidence")) == {("surveys", "")}
    assert set(ConsentChange.objects.values_list("use", flat=True)) == {"surveys"}
    assert Invitation.objects.exclude(metric__in=["nps", "csat", "ces"]).count() == 0
    call_command("check_rollups")


def test_there_is_a_dump_of_the_version_that_others_upgrade_from():
    assert [path.stem for path in DUMPS] == ["0.2.0"]
