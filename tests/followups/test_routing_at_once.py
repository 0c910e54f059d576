"""Many workers on real connections meet the same answers."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction

from accounts import clock
from delivery.models import Message
from followups.models import Activity, Followup, Playbook
from followups.services import Routed, _route_batch, route_due
from responses.models import Response
from surveys.models import Hold
from tests.factories import ResponseFactory, UserFactory

WORKERS = 8
ANSWERS = 40

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answers():
    # Another test on real transactions may have swept the default playbooks away.
    for category, sends_thanks in (("detractor", False), ("promoter", True)):
        Playbook.objects.update_or_create(survey=None, category=category, defaults={"sends_thanks": sends_thanks})
    return [ResponseFactory(score=score, settled_at=clock.now()) for score in [2, 10] * (ANSWERS // 2)]


def on_own_connection(work):
    try:
        return work()
    finally:
        connections.close_all()


def at_once(work):
    barrier = Barrier(WORKERS)

    def one(_worker):
        barrier.wait(timeout=20)
        return on_own_connection(work)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


def test_eight_workers_open_one_followup_per_answer(answers):
    done = at_once(lambda: route_due(batch=3))

    assert sum(done, Routed()) == Routed(responses=ANSWERS, followups=ANSWERS, thanks=ANSWERS // 2)
    assert Followup.objects.count() == Activity.objects.count() == Hold.objects.count() == ANSWERS
    assert Message.objects.count() == ANSWERS // 2
    assert Response.objects.unrouted().count() == 0


def test_eight_workers_tell_of_praise_once(answers):
    person = UserFactory()
    Response.objects.filter(score=10).update(manager=person, comment="Kind.")

    done = at_once(lambda: route_due(batch=3))

    assert sum(done, Routed()).praise == ANSWERS // 2
    assert Message.objects.filter(template="followups.praise").count() == ANSWERS // 2


def test_a_worker_killed_before_its_commit_leaves_nothing_half_done(answers):
    with transaction.atomic():
        assert _route_batch(clock.now(), ANSWERS).results[0].responses == ANSWERS
        transaction.set_rollback(True)
    assert Followup.objects.count() == Message.objects.count() == 0

    assert route_due() == Routed(responses=ANSWERS, followups=ANSWERS, thanks=ANSWERS // 2)


def test_an_answer_held_by_another_worker_is_passed_over(answers):
    with transaction.atomic():
        Response.objects.select_for_update().get(pk=answers[0].pk)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(on_own_connection, route_due).result(timeout=20).responses == ANSWERS - 1

    assert route_due().responses == 1


def test_eight_people_take_one_followup_and_one_has_it(answers, django_user_model):
    route_due()
    followup = Followup.objects.first()
    people = [django_user_model.objects.create_user(f"agent{number}@plumb.example") for number in range(WORKERS)]
    waiting = iter(people)

    at_once(lambda: Followup.objects.get(pk=followup.pk).take(by=next(waiting)))

    activities = list(followup.activities.filter(kind="assigned").order_by("pk"))
    assert len(activities) == WORKERS
    assert Followup.objects.get(pk=followup.pk).assignee.email == activities[-1].change["to"]
    assert [activity.change["from"] for activity in activities[1:]] == [
        activity.change["to"] for activity in activities[:-1]
    ]


def test_eight_people_resolve_one_followup_once(answers, django_user_model):
    route_due()
    followup = Followup.objects.first()
    agent = django_user_model.objects.create_user("agent@plumb.example")

    def resolve():
        return Followup.objects.get(pk=followup.pk).resolve(root_cause="price", resolution="Refunded.", by=agent)

    assert sorted(at_once(resolve)) == [False] * (WORKERS - 1) + [True]
    assert followup.activities.filter(kind="status").count() == 1
