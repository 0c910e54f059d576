from unittest.mock import Mock

import pytest
from celery import current_app
from celery.signals import task_prerun
from django.core.cache import cache
from django.db import transaction

from accounts import nudges
from accounts.nudges import nudge, nudge_seldom


@pytest.fixture
def published(monkeypatch):
    """The names of published tasks; nothing reaches the broker."""
    names = []
    monkeypatch.setattr(nudges, "_quiet_until", 0.0)
    monkeypatch.setattr(nudges, "_nudged_at", {})
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: names.append(name))
    cache.clear()
    return names


@pytest.mark.django_db(transaction=True)
def test_a_nudge_is_sent_after_commit_and_not_before(published):
    with transaction.atomic():
        nudge("surveys.plan_invitations")
        assert published == []

    assert published == ["surveys.plan_invitations"]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_nudge_is_not_sent(published):
    with transaction.atomic():
        nudge("surveys.plan_invitations")
        transaction.set_rollback(True)

    assert published == []


@pytest.mark.django_db(transaction=True)
def test_a_burst_is_one_nudge_until_its_task_starts(published):
    for _ in range(5):
        nudge("surveys.plan_invitations")
        nudge("surveys.judge_invitations")
    assert published == ["surveys.plan_invitations", "surveys.judge_invitations"]

    started = Mock()
    started.name = "surveys.plan_invitations"
    task_prerun.send(sender=started)
    nudge("surveys.plan_invitations")
    nudge("surveys.judge_invitations")

    assert published[2:] == ["surveys.plan_invitations"]


@pytest.mark.django_db(transaction=True)
def test_a_nudge_with_other_arguments_is_another_nudge(published):
    for medium in ("email", "chat", "email"):
        nudge("delivery.send_messages", medium=medium)
    assert published == ["delivery.send_messages"] * 2

    started = Mock()
    started.name = "delivery.send_messages"
    task_prerun.send(sender=started, kwargs={"medium": "chat"})
    for medium in ("email", "chat"):
        nudge("delivery.send_messages", medium=medium)

    assert published == ["delivery.send_messages"] * 3


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_disturbs_nobody_and_is_left_alone_for_a_while(published, monkeypatch, caplog):
    tried = []

    def refuse(name, **options):
        tried.append(name)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(current_app, "send_task", refuse)

    nudge("surveys.plan_invitations")
    nudge("surveys.judge_invitations")

    assert tried == ["surveys.plan_invitations"]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.django_db(transaction=True)
def test_a_dead_cache_disturbs_nobody(published, monkeypatch):
    class Dead:
        def add(self, *args):
            raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(nudges, "shared", Dead())

    nudge("surveys.plan_invitations")

    assert published == []


@pytest.mark.django_db(transaction=True)
def test_news_that_can_wait_nudges_once_in_a_while(published, monkeypatch):
    for _ in range(3):
        nudge_seldom("surveys.sync_invitations")
        cache.clear()
    assert published == ["surveys.sync_invitations"]

    nudge("surveys.sync_invitations")
    monkeypatch.setattr(nudges, "SELDOM_SECONDS", 0)
    cache.clear()
    nudge_seldom("surveys.sync_invitations")

    assert published == ["surveys.sync_invitations"] * 3
