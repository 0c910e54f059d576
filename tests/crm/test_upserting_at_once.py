"""Two writers of one source, each on its own connection."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from crm.models import Company
from crm.upsert import upsert

pytestmark = pytest.mark.django_db(transaction=True)

SOMEBODY_WAITS = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
    )
"""


def region_of_another_writer():
    try:
        return upsert(Company, [{"external_id": "1", "region": "LT"}], source="a")
    finally:
        connection.close()


def wait_until_it_waits(work: Future):
    """Wait until the other connection waits for a lock of ours, or has not waited for any."""
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until and not work.done():
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
            cursor.execute(SOMEBODY_WAITS)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)


def test_a_partial_row_that_comes_while_its_record_is_being_created_waits_for_it_and_is_taken():
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            upsert(Company, [{"external_id": "1", "name": "Ąžuolas"}], source="a")
            other = pool.submit(region_of_another_writer)
            wait_until_it_waits(other)
            assert not other.done()
        (result,) = other.result()

    assert (result.outcome, result.errors) == ("updated", {})
    assert Company.objects.values_list("name", "region").get() == ("Ąžuolas", "LT")
