"""Behind a pooler that changes sessions between transactions: PgBouncer, the real one, in transaction mode."""

import threading
from datetime import time, timedelta

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from accounts import clock
from delivery import dispatch, outbox, seats
from delivery.models import Message, Seat
from delivery.seats import seat
from followups.models import Followup
from followups.services import route_due
from responses.models import Response
from responses.services import settle_due
from surveys.fates import delivery_news
from surveys.models import Invitation
from surveys.services import judge_due, plan_invitations
from tests import pooler
from tests.delivery.conftest import write
from tests.delivery.smtp import serving
from tests.factories import InvitationFactory, MessageFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pooled(transactional_db):
    with pooler.running() as port, pooler.between(port):
        yield


@pytest.fixture
def mail(settings, monkeypatch):
    monkeypatch.setitem(
        dispatch.composers._composers, ("test", "email"), lambda messages: [write(message) for message in messages]
    )
    with serving() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def at_once(number, act):
    barrier, results = threading.Barrier(number), []

    def work():
        try:
            barrier.wait()
            results.append(act())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def session():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_this_pooler_does_give_many_clients_few_sessions(pooled):
    assert 1 <= len(set(at_once(12, session))) <= pooler.SESSIONS

    def sessions_of_one_client():
        return {session() for _ in range(200)}

    assert any(len(sessions) > 1 for sessions in at_once(8, sessions_of_one_client))


def test_seats_hold_and_are_given_back(pooled, mail, settings):
    settings.EMAIL_CONNECTIONS = 2
    messages = MessageFactory.create_batch(40)

    at_once(8, lambda: dispatch.drain("email", seconds=10))
    assert 1 <= mail.most_open <= 2
    assert Message.objects.filter(status="sent", attempts=1).count() == 40
    assert not Seat.objects.exists()

    MessageFactory.create_batch(5)
    at_once(8, lambda: dispatch.drain("email", seconds=10))
    assert len(mail.taken) == len(messages) + 5


def test_a_seat_is_left_by_its_holder_whatever_session_that_comes_by(pooled, monkeypatch):
    monkeypatch.setattr(seats, "KEEP_AFTER", 0)

    def sit():
        with seat("email", 2) as held:
            return [held is not None and held.keep() for _ in range(20)]

    taken = at_once(8, sit)

    assert [True] * 20 in taken
    assert all(row in ([True] * 20, [False] * 20) for row in taken)
    assert not Seat.objects.exists()


def test_a_worker_that_outlived_its_lease_records_nothing(pooled):
    message = MessageFactory()
    ((slow,),) = at_once(1, lambda: outbox.claim("email", limit=1, now=clock.now()))
    Message.objects.update(claimed_at=timezone.now() - outbox.lease() - timedelta(seconds=1))
    outbox.recover("email", sends_again=True, now=clock.now())
    (quick,) = outbox.claim("email", limit=1, now=clock.now())

    at_once(1, lambda: outbox.note_sent(slow, provider_id="late", now=clock.now()))
    at_once(1, lambda: outbox.fold([message.pk], now=clock.now()))

    message.refresh_from_db()
    assert (message.status, message.claim, message.provider_id) == ("sending", quick.claim, "")


def test_customers_answer_at_once_over_shared_sessions(pooled):
    invitations = InvitationFactory.create_batch(8)
    left = list(invitations)

    def answer():
        path, browser = left.pop().path, Client()
        statuses = [browser.get(path).status_code]
        statuses += [browser.post(path, {"step": "score", "score": "9"}).status_code]
        statuses += [browser.post(path, {"step": "why", "comment": "Good"}).status_code]
        return statuses

    answers = at_once(8, answer)

    assert {max(statuses) for statuses in answers} <= {200, 302, 303}
    assert Response.objects.filter(score=9, comment="Good").count() == 8


def test_the_life_of_an_invitation_is_lived_through(pooled, mail):
    trigger = TriggerFactory(
        survey=SurveyVersionFactory().survey,
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
        window_start=time(0, 0),
        window_end=time.max,
    )
    for _ in range(3):
        TouchpointFactory(occurred_at=clock.now() - trigger.delay - timedelta(days=1))
    at_once(4, plan_invitations)
    Invitation.objects.update(due_at=clock.now())
    at_once(4, judge_due)
    at_once(4, lambda: dispatch.drain("email", seconds=5))
    at_once(2, delivery_news.sync)
    assert list(Invitation.objects.values_list("status", flat=True)) == ["sent"] * 3

    for invitation in Invitation.objects.all():
        Client().post(invitation.path, {"step": "score", "score": "3", "scripted": "1", "gesture": "pointer"})
        Client().post(invitation.path, {"step": "why", "comment": "Late"})
    later = clock.now() + timedelta(days=1)
    at_once(2, lambda: settle_due(now=later))
    at_once(2, lambda: route_due(now=later))

    assert len(mail.taken) == 3
    assert Response.objects.filter(score=3, comment="Late", routed_at__isnull=False).count() == 3
    assert Followup.objects.count() == 3


def test_a_transaction_stays_in_its_session(pooled):
    def write_and_read():
        with transaction.atomic():
            first = session()
            MessageFactory()
            return first == session()

    assert at_once(6, write_and_read) == [True] * 6
