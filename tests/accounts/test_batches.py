import logging
from math import log2

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DataError, InterfaceError, OperationalError, connection, transaction

from accounts.batches import each_alone, one_by_one
from accounts.models import Team

pytestmark = pytest.mark.django_db

LONG = "x" * 101


def save(names):
    return [team.name for team in Team.objects.bulk_create(Team(name=name) for name in names)]


def kept():
    return set(Team.objects.values_list("name", flat=True))


def test_a_good_batch_is_worked_at_once():
    seen = []

    worked = each_alone(["a", "b", "c"], lambda rows: seen.append(list(rows)) or save(rows))

    assert seen == [["a", "b", "c"]]
    assert worked.results == [["a", "b", "c"]]
    assert worked.set_aside == []


def test_an_empty_batch_asks_for_no_work():
    assert each_alone([], save).results == []


@pytest.mark.parametrize("bad", [{0}, {999}, {500}, {0, 999}, {3, 4, 5}])
def test_only_the_bad_rows_of_a_thousand_are_missing(bad):
    names = [LONG if number in bad else f"team {number}" for number in range(1000)]
    calls = []

    worked = each_alone(names, lambda rows: calls.append(1) or save(rows))

    assert kept() == {name for name in names if name != LONG}
    assert [name for names in worked.results for name in names] == [name for name in names if name != LONG]
    assert [aside.row for aside in worked.set_aside] == [LONG] * len(bad)
    assert len(calls) <= 1 + 2 * log2(1024) * len(bad)


def test_rows_that_are_bad_one_and_all_are_all_named():
    worked = each_alone([LONG, LONG], save)

    assert len(worked.set_aside) == 2
    assert worked.results == []


def test_of_two_rows_that_cannot_stand_together_the_first_is_kept():
    worked = each_alone(["same", "other", "same"], save)

    assert kept() == {"same", "other"}
    assert [aside.row for aside in worked.set_aside] == ["same"]


def test_a_reason_names_the_trouble_and_none_of_the_values():
    save(["ceo@plumb.example"])

    (too_long,) = each_alone([LONG], save).set_aside
    (taken,) = each_alone(["ceo@plumb.example"], save).set_aside

    assert isinstance(too_long.error, DataError)
    assert too_long.reason == "DataError: value too long for type character varying(100)"
    assert taken.reason.startswith("IntegrityError: duplicate key value violates unique constraint")
    assert "ceo@" not in taken.reason


def test_a_reason_can_be_stored_whatever_the_error_says():
    def fail(rows):
        raise ValueError("\x00\ud83d\n" + "x" * 1000)

    (aside,) = each_alone([1], fail).set_aside

    assert len(aside.reason) == 500
    assert aside.reason.startswith("ValueError: \ufffd xxx")


@pytest.mark.parametrize(
    "error", [OperationalError, InterfaceError, MemoryError, SoftTimeLimitExceeded, KeyboardInterrupt]
)
@pytest.mark.parametrize("way", [each_alone, one_by_one])
def test_no_row_is_blamed_when_the_database_is_away_or_the_time_is_up(error, way):
    calls = []

    def fail(_rows):
        calls.append(1)
        raise error

    with pytest.raises(error):
        way([1, 2], fail)
    assert calls == [1]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_cut_is_not_the_fault_of_a_row():
    def cut(_rows):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError):
        each_alone([1, 2], cut)
    connection.close()


def test_a_row_too_large_for_an_index_is_set_aside_though_it_is_an_operational_error():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE wide (text text); CREATE INDEX ON wide (text)")

    def insert(rows):
        with connection.cursor() as cursor:
            for row in rows:
                cursor.execute(
                    "INSERT INTO wide SELECT string_agg(md5(n::text), '') FROM generate_series(1, %s) n", [row]
                )

    (aside,) = each_alone([1, 1000, 2], insert).set_aside

    assert aside.row == 1000
    assert isinstance(aside.error, OperationalError)


def test_what_a_failed_piece_would_have_announced_is_not_announced(django_capture_on_commit_callbacks):
    told = []

    def tell(rows):
        transaction.on_commit(lambda: told.append(list(rows)))
        if "bad" in rows:
            raise ValueError("bad")

    with django_capture_on_commit_callbacks(execute=True):
        each_alone(["good", "bad"], tell)

    assert told == [["good"]]


def test_rows_one_by_one_are_each_seen_once():
    seen = []

    def work(name):
        seen.append(name)
        return save([name])

    worked = one_by_one(["a", LONG, "b"], work)

    assert seen == ["a", LONG, "b"]
    assert kept() == {"a", "b"}
    assert worked.results == [["a"], ["b"]]
    assert [aside.row for aside in worked.set_aside] == [LONG]


def test_a_batch_is_logged_once_without_values(caplog):
    with caplog.at_level(logging.ERROR):
        each_alone([LONG, "good", LONG], save)

    (record,) = caplog.records
    assert record.msg["set_aside"] == 2
    assert ", line " in record.msg["where"]
    assert LONG not in str(record.msg)
