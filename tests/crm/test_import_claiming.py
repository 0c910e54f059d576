from threading import Thread

import pytest
from django.db import connection, transaction

from crm.imports import runs
from crm.models import ImportFile, ImportRun

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
    monkeypatch.setattr(runs, "take_over", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        runs.run_due()

    run.refresh_from_db()
    assert (run.status, run.error) == ("failed", "An unexpected error; the log of the server has the details.")
    assert not run.files.exists()
