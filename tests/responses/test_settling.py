from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts import clock
from responses import services, tasks
from responses.models import Response
from responses.signals import responses_settled
from tests.factories import InvitationFactory, ResponseFactory


@pytest.fixture
def heard():
    news = []

    def listen(*, response_ids, **kwargs):
        news.append(sorted(response_ids))

    responses_settled.connect(listen)
    yield news
    responses_settled.disconnect(listen)


def test_finished_answer_settles_at_once(db, heard, django_capture_on_commit_callbacks):
    response = ResponseFactory(finished_at=clock.now())
    now = clock.now()

    with django_capture_on_commit_callbacks(execute=True):
        assert services.settle_due(now=now) == 1

    response.refresh_from_db()
    assert response.settled_at == now
    assert heard == [[response.pk]]


def test_finished_answer_of_nobody_seen_waits_a_minute_for_late_evidence(db):
    now = clock.now()
    ResponseFactory(finished_at=now, changed_at=now, suspicion=["no_script"])

    assert services.settle_due(now=now + timedelta(seconds=59)) == 0
    assert services.settle_due(now=now + timedelta(seconds=60)) == 1


def test_unfinished_answer_settles_after_five_silent_minutes(db):
    changed_at = clock.now()
    response = ResponseFactory(changed_at=changed_at)

    assert services.settle_due(now=changed_at + timedelta(seconds=299)) == 0
    assert services.settle_due(now=changed_at + timedelta(seconds=300)) == 1

    response.refresh_from_db()
    assert response.settled_at == changed_at + timedelta(seconds=300)


def test_silence_is_a_setting(db, settings):
    settings.SETTLE_AFTER_SECONDS = 10
    response = ResponseFactory()

    assert services.settle_due(now=response.changed_at + timedelta(seconds=10)) == 1


def test_settling_twice_settles_once(db, heard, django_capture_on_commit_callbacks):
    ResponseFactory(finished_at=clock.now())

    with django_capture_on_commit_callbacks(execute=True):
        assert [tasks.settle_responses(), tasks.settle_responses()] == [1, 0]

    assert len(heard) == 1


def test_provisional_answer_waits_for_a_person(db):
    response = ResponseFactory(finished_at=clock.now(), is_provisional=True)

    assert services.settle_due(now=clock.now() + timedelta(days=30)) == 0
    Response.objects.update(is_provisional=False)
    assert services.settle_due() == 1
    response.refresh_from_db()
    assert response.settled_at is not None


def test_settling_takes_the_oldest_first_up_to_its_limit(db):
    now = clock.now()
    late, early = (ResponseFactory(answered_at=now - timedelta(hours=h), finished_at=now) for h in (1, 2))

    assert services.settle_due(limit=1) == 1

    late.refresh_from_db()
    early.refresh_from_db()
    assert late.settled_at is None
    assert early.settled_at is not None


def test_finishing_nudges_the_settling(client, db, monkeypatch, django_capture_on_commit_callbacks):
    nudged = []
    monkeypatch.setattr(services, "nudge", nudged.append)
    monkeypatch.setattr(services, "_nudged_at", float("-inf"))
    path = InvitationFactory().path

    client.post(path, {"step": "score", "score": "9"})
    client.post(path, {"step": "why", "comment": "x", "back": "1"})
    assert nudged == []
    client.post(path, {"step": "why", "comment": "x"})
    client.post(path, {"step": "why", "comment": "once more within the second"})

    assert nudged == ["responses.settle_responses"]


@pytest.mark.django_db(transaction=True)
def test_eight_workers_settle_each_answer_once(heard):
    expected = sorted(ResponseFactory(finished_at=clock.now()).pk for _ in range(24))

    def work(_number):
        try:
            return services.settle_due(limit=5)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(work, range(8)))

    assert sum(counts) == 24
    assert sorted(pk for pks in heard for pk in pks) == expected


@pytest.mark.django_db(transaction=True)
def test_answer_is_heard_of_only_after_commit(heard):
    path = InvitationFactory().path
    Client().post(path, {"step": "score", "score": "2", "gesture": "key"})
    Client().post(path, {"step": "why", "gesture": "key"})

    services.settle_due()

    assert heard == [[Response.objects.get().pk]]
