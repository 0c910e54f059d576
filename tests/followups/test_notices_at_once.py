"""Many workers on real connections meet the same notices."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections, transaction

from accounts import clock
from delivery.models import Message, TeamHook
from followups import notices
from followups.models import StaffNotice
from followups.notices import Kind, letters, overdue
from tests.factories import FollowupFactory

WORKERS = 6

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work):
    barrier = Barrier(WORKERS)

    def one(_worker):
        barrier.wait(timeout=20)
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


def test_six_that_tell_the_same_tell_it_once(owner, teammate, team):
    TeamHook.objects.create(team=team, url="https://hooks.example/x")
    followup = FollowupFactory(team=team)

    at_once(lambda: notices.tell(Kind.NEW, followup, occasion="1"))

    assert StaffNotice.objects.count() == 2
    assert Message.objects.filter(medium="chat").count() == 1


def test_six_workers_write_one_letter_to_each_person(owner, teammate, team):
    for _number in range(5):
        notices.tell(Kind.NEW, FollowupFactory(team=team))

    assert sum(at_once(lambda: letters.queue_due(clock.now()))) == 2
    assert Message.objects.filter(medium="email").count() == 2
    assert sorted(len(message.context["notices"]) for message in Message.objects.all()) == [5, 5]


def test_six_sweeps_tell_of_what_is_overdue_once(owner, team):
    past = clock.now() - timedelta(minutes=5)
    for _number in range(10):
        FollowupFactory(team=team, assignee=owner, first_contact_due_at=past)

    assert sum(at_once(lambda: overdue.tell_due(clock.now()))) == 10
    assert StaffNotice.objects.count() == 10


def test_a_worker_killed_before_its_commit_neither_loses_nor_doubles(owner, team):
    notices.tell(Kind.NEW, FollowupFactory(team=team, assignee=owner))
    with transaction.atomic():
        assert letters.queue_due(clock.now()) == 1
        transaction.set_rollback(True)
    assert Message.objects.count() == 0

    assert letters.queue_due(clock.now()) == 1
    assert letters.queue_due(clock.now()) == 0
    assert Message.objects.count() == 1
