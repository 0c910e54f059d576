"""Whatever runs an import is killed outright in the middle; the next worker ends it, and nothing is lost or twice."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from accounts import clock
from crm.imports import runs, undo
from crm.imports.uniqueness import digest
from crm.models import Contact, Deal, ImportChange, ImportFile, ImportKey, ImportRun, Touchpoint
from tests.factories import InvitationFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

WORK = "import django; django.setup(); from crm.tasks import run_imports; run_imports()"
ROWS, BAD = 2_500, (100, 1_100, 2_100)
MAPPING = """
source = "shop"
[[table]]
file = "contacts.csv"
to = "contact"
columns = { external_id = "id", first_name = "name", email = { column = "mail", bad = "leave out" } }
[[table]]
file = "deals.csv"
to = "deal"
columns = { external_id = "id", contact = "who", status = "status", amount = "sum" }
"""


def contacts(name="Ona"):
    """Each of BAD has no ID, and the row behind it an address that is none; all others are good."""
    rows = [f"K{n},{name} {n},k{n}@shop.example" for n in range(ROWS)]
    for n in BAD:
        rows[n], rows[n + 1] = f",{name} {n},k{n}@shop.example", f"K{n + 1},{name} {n + 1},nowhere"
    return "\n".join(["id,name,mail", *rows, ""])


DEALS = "\n".join(["id,who,status,sum", *(f"D{n},K{n},won,10" for n in range(0, ROWS, 10)), ""])


def waiting(**files):
    run = ImportRun.objects.create(mapping=MAPPING, source="shop")
    ImportFile.objects.bulk_create(
        ImportFile(run=run, name=f"{name}.csv", content=text.encode()) for name, text in files.items()
    )
    return run


def worker():
    """Start a worker in a process of its own: what Celery calls, with the database of the test."""
    where = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return subprocess.Popen(
        [sys.executable, "-c", WORK],
        env={**os.environ, "DATABASE_URL": where, "DJANGO_SETTINGS_MODULE": "nps_project.settings"},
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def asked(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def wait_for(what, statement, process=None):
    until = time.monotonic() + 120
    while not asked(statement):
        assert time.monotonic() < until, what
        assert process is None or process.poll() is None, f"the worker ended before {what}"
        time.sleep(0.02)


OF_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
WAITS = f"SELECT count(*) {OF_OTHERS} AND wait_event_type = 'Lock'"


@contextmanager
def held(statement, *values):
    """Hold what the statement locks, in a transaction of another connection."""
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute(statement, values)
    try:
        yield
    finally:
        other.rollback()
        other.close()


def killed(first, then=None, until=WAITS):
    """Kill a worker while it waits for what `first` locks, or for what `then` locks once the first is let go."""
    others = asked(f"SELECT array_agg(pid) {OF_OTHERS}") or [0]
    with ExitStack() as stack:
        with held(*first):
            process = worker()
            wait_for("it waits", WAITS, process)
            if then:
                stack.enter_context(held(*then))
            else:
                kill(process)
        if then:
            wait_for("it waits again", until, process)
            kill(process)
    # What served it at the database notices as soon as it has what it waited for.
    wait_for("its connection is gone", f"SELECT count(*) = 0 {OF_OTHERS} AND pid <> ALL(ARRAY{others})")


def kill(process):
    process.kill()
    process.wait()


def restarted(run):
    """Let the silence of the dead be long enough, and another worker go on."""
    run.refresh_from_db()
    assert (run.status, run.attempts) == ("running", 1)
    ImportRun.objects.filter(pk=run.pk).update(heard_at=clock.now() - ImportRun.SILENCE * 2)
    assert worker().wait(timeout=240) == 0
    run.refresh_from_db()
    assert (run.attempts, run.error) == (2, "")


def contact(name):
    return "SELECT 1 FROM crm_contact WHERE external_id = %s FOR UPDATE", name


def row_of(run):
    return "SELECT 1 FROM crm_importrun WHERE id = %s FOR UPDATE", run.pk


def files_of(run):
    return "SELECT 1 FROM crm_importfile WHERE run_id = %s FOR UPDATE", run.pk


def key_of(run, name):
    statement = "INSERT INTO crm_importkey (run, place, digest, line) VALUES (%s, 0, %s, 1)"
    return statement, run.pk, digest(name)


@pytest.fixture
def run():
    Contact.objects.create(source="shop", external_id="K1500", first_name="Old")
    return waiting(contacts=contacts(), deals=DEALS)


def bad_lines():
    """Return what is to be told of which line, of each once."""
    no_id, no_address = ([n + 2 + more for n in BAD] for more in (0, 1))
    of_contacts = [("contacts.csv", line) for line in sorted(no_id + no_address)]
    return of_contacts + [("deals.csv", n // 10 + 2) for n in BAD]


def assert_whole(run):
    """Every good row is there once, and each bad one told once."""
    assert run.status == "done"
    bad, names = {f"K{n}" for n in BAD}, [f"K{n}" for n in range(ROWS)]
    assert sorted(Contact.objects.values_list("external_id", flat=True)) == sorted(set(names) - bad)
    assert not Contact.objects.exclude(first_name__startswith="Ona ").exists()
    deals = {f"D{n}" for n in range(0, ROWS, 10)} - {f"D{n}" for n in BAD}
    assert sorted(Deal.objects.values_list("external_id", flat=True)) == sorted(deals)
    assert sorted(Touchpoint.objects.values_list("deal__external_id", flat=True)) == sorted(deals)
    assert sorted(run.findings.values_list("file", "line")) == sorted(bad_lines())
    assert sorted(run.refused_rows.values_list("file", "line")) == sorted(bad_lines())
    assert run.counts == {
        "contacts.csv": {"created": ROWS - 4, "updated": 1, "rejected": 3},
        "deals.csv": {"created": 247, "rejected": 3},
    }
    assert not ImportFile.objects.exists()
    assert not ImportKey.objects.exists()


def assert_undone(run):
    assert run.status == "undone"
    assert not ImportChange.objects.exists()
    assert (run.undone["restored"], Contact.objects.get(external_id="K1500").first_name) == (1, "Old")


def undone(run, by):
    undo.ask(run, by=by)
    assert runs.run_due() == 1
    run.refresh_from_db()


def test_killed_while_it_writes_rows(run, administrator):
    killed(contact("K1500"))
    assert 0 < Contact.objects.count() < ROWS - 4

    restarted(run)

    assert_whole(run)
    undone(run, administrator)
    assert_undone(run)
    assert (Contact.objects.count(), Deal.objects.count(), Touchpoint.objects.count()) == (1, 0, 0)


def test_killed_between_the_rows_and_what_is_told_of_them(run):
    killed(
        contact("K1500"), then=row_of(run), until=f"SELECT (SELECT count(*) FROM crm_contact) > 1500 AND ({WAITS}) > 0"
    )
    assert run.findings.count() == 2

    restarted(run)

    assert_whole(run)


def test_killed_while_it_ends(run):
    killed(files_of(run))
    assert Deal.objects.count() == 247

    restarted(run)

    assert_whole(run)


def test_killed_while_it_looks_at_all_rows(run):
    ImportRun.objects.update(task="check")
    killed(key_of(run, "K1500"))

    restarted(run)

    assert (run.status, run.counts["contacts.csv"]) == ("draft", {"good": ROWS - 3, "rejected": 3})
    assert sorted(run.findings.values_list("file", "line")) == sorted(bad_lines())
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("is_between", [False, True], ids=["while it removes", "before it counts what it removed"])
def test_an_undo_that_is_killed_ends_whole(run, administrator, is_between):
    assert runs.run_due() == 1
    run.refresh_from_db()
    point = Touchpoint.objects.get(deal__external_id="D2490")
    InvitationFactory(contact=point.contact, touchpoint=point)
    undo.ask(run, by=administrator)

    killed(contact("K1000"), then=row_of(run) if is_between else None)
    assert 1 < Contact.objects.count() < ROWS - 4

    restarted(run)

    assert_undone(run)
    assert {name: run.undone[name] for name in ("removed", "left")} == {"removed": ROWS - 4 + 247 - 2, "left": 2}
    assert sorted(run.findings.filter(severity="kept").values_list("column", flat=True)) == ["D2490", "Ona 2490"]
    assert sorted(Contact.objects.values_list("external_id", flat=True)) == ["K1500", "K2490"]
    point.refresh_from_db()
    assert point.cancelled_at is not None


def test_a_journal_that_was_closed_stays_closed_when_the_worker_is_killed(run):
    """What is left of its changes alone could not be undone whole."""
    killed(contact("K1500"))
    ImportChange.objects.all().delete()
    ImportRun.objects.update(is_journalled=False)

    restarted(run)

    assert run.undone_until is None
    assert not ImportChange.objects.exists()
