from threading import Thread

import pytest
from django.db import connection, transaction

from crm.imports import runs, table_import
from crm.models import ImportFile, ImportKey, ImportRun

MAPPING = 'source = "shop"\n[[table]]\nfile = "a.csv"\nto = "company"\ncolumns = { external_id = "id", name = "name" }'


def waiting_run():
    run = ImportRun.objects.create(mapping=MAPPING, source="shop")
    ImportFile.objects.create(run=run, name="a.csv", content=b"id,name\n1,Acme\n")
    return run


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_the_same_import():
    run = waiting_run()
    done = []

    def second_worker():
        done.append(runs.run_due())
        connection.close()

    with transaction.atomic():
        claimed = runs._claim(runs.clock.now())
        worker = Thread(target=second_worker)
        worker.start()
        worker.join(timeout=20)

    assert claimed == run
    assert done == [0]


@pytest.mark.django_db
def test_an_unexpected_error_stops_the_import_and_says_so(monkeypatch):
    run = waiting_run()
    monkeypatch.setattr(table_import, "take_over", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        runs.run_due()

    run.refresh_from_db()
    assert (run.status, run.error) == ("failed", "An unexpected error; the log of the server has the details.")
    assert not run.files.exists()


@pytest.mark.django_db
def test_an_import_that_is_killed_each_time_is_tried_three_times_and_ends_with_the_reason(monkeypatch):
    run = waiting_run()

    def killed(self, lines, progress=None):
        raise KeyboardInterrupt  # like a signal: no code of ours handles it

    monkeypatch.setattr(table_import.TableImport, "take", killed)
    for _attempt in range(3):
        with pytest.raises(KeyboardInterrupt):
            runs.run_due()
        ImportRun.objects.update(heard_at=runs.clock.now() - ImportRun.SILENCE * 2)

    assert runs.run_due() == 0

    run.refresh_from_db()
    assert (run.status, run.attempts) == ("failed", 3)
    assert run.error == "Whatever ran this import was killed 3 times, the last time after 0 rows."
    assert not run.files.exists()


@pytest.mark.django_db
def test_an_import_by_command_that_was_killed_ends_with_the_reason():
    long_ago = runs.clock.now() - ImportRun.SILENCE * 2
    run = ImportRun.objects.create(mapping=MAPPING, source="shop", status="running", heard_at=long_ago, attempts=1)

    assert runs.run_due() == 0

    run.refresh_from_db()
    assert run.status == "failed"
    assert run.error == "It ended before it was done, with its files out of reach. Start it again."


@pytest.mark.django_db
def test_a_second_attempt_begins_from_the_first_row():
    run = waiting_run()
    run.begin(at=runs.clock.now())
    run.findings.create(file="a.csv", line=2, reason="Seen before.")
    ImportKey.objects.create(run=run.pk, place=0, digest=1, line=2)
    ImportRun.objects.update(heard_at=runs.clock.now() - ImportRun.SILENCE * 2)

    assert runs.run_due() == 1

    run.refresh_from_db()
    assert (run.status, run.attempts, run.counts) == ("done", 2, {"a.csv": {"created": 1}})
    assert not run.findings.exists()
    assert not ImportKey.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("error", ["\x00", "\ud83d", "x" * 100_000, "line\r\nline\u202e"])
def test_finishing_cannot_fail_for_what_is_said(error):
    run = waiting_run()

    run.finish(at=runs.clock.now(), error=f"Because: {error}")

    run.refresh_from_db()
    assert run.status == "failed"
    assert run.error.startswith("Because: "[:8])
