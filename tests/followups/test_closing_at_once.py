"""Many workers on real connections meet one closing letter, or one follow-up that is asked about again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction

from accounts import clock
from accounts.models import SetAsideRow
from delivery.models import Message
from followups.closing import answers, dispatch, settlement
from followups.closing.answers import SaidOfClosing
from followups.models import ClosingLetter, Followup, Playbook, SecondAsk, StaffNotice
from followups.second_asks import plan
from responses.evidence.assessment import Assessment, Label
from responses.models import Response
from tests.bad_rows import heal, poison
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory, PlaybookFactory, UserFactory

WORKERS = 8

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work):
    barrier = Barrier(WORKERS)

    def one(number):
        barrier.wait(timeout=20)
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as threads:
        return list(threads.map(one, range(WORKERS)))


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def followup(by):
    invitation = InvitationFactory(contact=ContactFactory(email="ona@shop.example"), status="answered")
    followup = FollowupFactory(assignee=by, response__invitation=invitation, response__score=2)
    followup.resolve(by=by, root_cause="price", resolution="Repaid.", outcome="saved")
    return followup


def test_one_form_sent_by_eight_is_one_letter(followup, by):
    at_once(
        lambda _: dispatch.write(
            followup=Followup.objects.get(pk=followup.pk), subject="S", words="W", key=UUID(int=3), by=by
        )
    )

    assert ClosingLetter.objects.count() == Message.objects.count() == 1


@pytest.fixture
def letter(followup, by):
    return dispatch.write(followup=followup, subject="S", words="W", key=uuid4(), by=by)


def say_no(letter):
    said = SaidOfClosing(solved=False, comment="No.", source="x", assessment=Assessment(Label.HUMAN, ("gesture",)))
    return answers.take(ClosingLetter.objects.get(pk=letter.pk), said, now=clock.now())


def times_reopened(followup):
    told = StaffNotice.objects.filter(kind="customer_replied").count()
    said = followup.activities.filter(kind="answered").count()
    return said, followup.activities.filter(kind="status", change__to="in_progress").count(), told


def test_eight_noes_open_the_work_once(followup, letter):
    done = at_once(lambda _: (say_no(letter), settlement.settle_due(clock.now()))[1])

    assert sum(done, settlement.settle_due(clock.now())) == 1
    assert times_reopened(followup) == (1, 1, 1)
    assert ClosingLetter.objects.get().reopened_at is not None


def test_eight_workers_act_on_a_no_once(followup, letter):
    say_no(letter)

    done = at_once(lambda _: settlement.settle_due(clock.now()))

    assert sum(done) == 1
    assert times_reopened(followup) == (1, 1, 1)


def test_a_letter_that_somebody_holds_keeps_no_other_waiting(followup, letter, by):
    other = FollowupFactory(assignee=by, response__score=2)
    other.resolve(by=by, root_cause="price", resolution="Repaid.", outcome="saved")
    second = ClosingLetter.objects.create(
        key=uuid4(), followup=other, subject="S", words="W", language="en", expires_at=clock.now(), answer="no",
        answered_at=clock.now(), verdict="human",
    )  # fmt: skip
    say_no(letter)

    def settle():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            return settlement.settle_due(clock.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        followup.lock_row()
        assert thread.submit(settle).result() == 1

    assert ClosingLetter.objects.get(pk=second.pk).settled_at is not None
    assert settlement.settle_due(clock.now()) == 1


def test_a_worker_killed_before_its_commit_loses_and_doubles_nothing(followup, letter):
    say_no(letter)
    with transaction.atomic():
        assert settlement.settle_due(clock.now()) == 1
        transaction.set_rollback(True)
    assert times_reopened(followup) == (0, 0, 0)

    assert [settlement.settle_due(clock.now()) for _ in range(2)] == [1, 0]
    assert times_reopened(followup) == (1, 1, 1)


def test_answers_settlement_and_machines_at_once_end_without_a_deadlock(followup, letter):
    seen = Assessment(Label.MACHINE, ("decoy",))
    works = [
        lambda: say_no(letter),
        lambda: settlement.settle_due(clock.now() + timedelta(minutes=2)),
        lambda: answers.know_machine(ClosingLetter.objects.get(pk=letter.pk), "x", seen, now=clock.now()),
    ]

    at_once(lambda number: [works[(number + turn) % 3]() for turn in range(9)])
    settlement.settle_due(clock.now() + timedelta(minutes=2))

    # Which came first decides whether it acted; it acted once and whole, or was held back.
    kept = ClosingLetter.objects.get(pk=letter.pk)
    assert kept.settled_at or kept.is_held
    assert times_reopened(followup)[1:] == ((1, 1) if kept.reopened_at else (0, 0))


def test_a_no_that_fails_is_set_aside_and_stops_no_other(followup, letter, by):
    other = FollowupFactory(assignee=by, response__score=2)
    other.resolve(by=by, root_cause="price", resolution="Repaid.", outcome="saved")
    say_no(letter)
    ClosingLetter.objects.create(
        key=uuid4(), followup=other, subject="S", words="W", language="en", expires_at=clock.now(), answer="no",
        answered_at=clock.now(), verdict="human",
    )  # fmt: skip
    poison("followups_closingletter", f"settled_at IS NULL OR id <> {letter.pk}")
    try:
        assert [settlement.settle_due(clock.now()) for _ in range(2)] == [1, 0]
    finally:
        heal("followups_closingletter")

    assert SetAsideRow.objects.values_list("row", "tries").get(batch="closing answers") == (str(letter.pk), 1)
    assert times_reopened(followup) == (0, 0, 1)
    SetAsideRow.objects.update(rests_until=clock.now())
    assert settlement.settle_due(clock.now()) == 1


def test_eight_planners_ask_again_once(followup):
    Playbook.objects.update(is_active=False)
    now = clock.now()
    Response.objects.update(answered_at=now - timedelta(days=40))
    Followup.objects.update(
        playbook=PlaybookFactory(category="detractor", ask_again_days=30), closed_at=now - timedelta(days=31)
    )

    done = at_once(lambda _: plan.plan_due(now))

    assert sum(done) == SecondAsk.objects.count() == 1
