import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.django_db


def test_alive_needs_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "alive"}


def test_ready_when_everything_is_there(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "cache": "ok", "migrations": "ok"},
    }


def test_without_the_cache_it_says_so_and_stays_ready(client, monkeypatch):
    def refuse():
        raise ConnectionError("no secret of ours")

    monkeypatch.setattr(cache, "is_there", refuse, raising=False)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["checks"] == {"database": "ok", "cache": "unreachable", "migrations": "ok"}
    assert "secret" not in response.content.decode()


def test_asking_again_reads_no_files_and_costs_two_queries(client, monkeypatch, django_assert_num_queries):
    client.get("/readyz")

    def refuse(_loader):
        raise AssertionError("the files of the migrations are read again")

    monkeypatch.setattr(MigrationLoader, "load_disk", refuse)
    with django_assert_num_queries(2):
        response = client.get("/readyz")

    assert response.json()["checks"]["migrations"] == "ok"


def test_not_ready_while_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "missing"
