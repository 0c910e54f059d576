"""Many workers, killed workers: real connections, real commits."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.models.functions import Now

from accounts import clock
from delivery import dispatch, outbox, services
from delivery.dispatch import Sent
from delivery.media.email.message_ids import message_id
from delivery.models import Handover, Message, Seat
from delivery.tasks import recover_messages, send_messages
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number, act):
    barrier = threading.Barrier(number)

    def work():
        try:
            barrier.wait()
            act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def age_claims(by):
    Message.objects.update(claimed_at=Now() - by)


def test_eight_workers_at_once_send_each_message_exactly_once(plain_server):
    messages = MessageFactory.create_batch(120)

    def work():
        while dispatch.send_due("email", limit=7).claimed:
            pass

    at_once(8, work)

    assert sorted(plain_server.message_ids) == sorted(message_id(message) for message in messages)
    assert Message.objects.filter(status="sent", attempts=1).count() == 120


def test_what_one_worker_is_claiming_another_passes_over_without_waiting():
    first, second = MessageFactory(), MessageFactory()
    theirs = []

    def claim_what_is_left():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        theirs.extend(outbox.claim("email", limit=2, now=clock.now()))

    with transaction.atomic():
        mine = outbox.claim("email", limit=1, now=clock.now())
        at_once(1, claim_what_is_left)

    assert (mine, theirs) == ([first], [second])


def test_at_most_so_many_drains_work_at_once_as_there_are_connections(plain_server, settings):
    settings.EMAIL_CONNECTIONS = 2
    MessageFactory.create_batch(40)

    at_once(8, lambda: dispatch.drain("email", seconds=10))

    assert 1 <= plain_server.most_open <= 2
    assert Message.objects.filter(status="sent").count() == 40
    assert not Seat.objects.exists()


def test_a_worker_killed_after_the_hand_over_repeats_that_message_with_its_message_id(plain_server, monkeypatch):
    message, waiting = MessageFactory(), MessageFactory()

    class Killed(BaseException):
        pass

    def kill(message, **facts):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "note_sent", kill)
        with pytest.raises(Killed):
            dispatch.send_due("email")
    assert plain_server.message_ids == [message_id(message)]
    assert Message.objects.filter(status="sending").count() == 2

    assert services.recover_stuck() == 0
    age_claims(outbox.lease() + timedelta(seconds=1))
    recover_messages()
    send_messages(medium="email")

    assert plain_server.message_ids == [message_id(message), message_id(message), message_id(waiting)]
    assert Message.objects.filter(status="sent", attempts=2).count() == 2


def test_a_worker_killed_in_the_middle_of_a_batch_repeats_at_most_one_message(plain_server, monkeypatch):
    messages = MessageFactory.create_batch(6)
    note, noted = outbox.note_sent, []

    class Killed(BaseException):
        pass

    def kill_at_the_fourth(message, **facts):
        if len(noted) == 3:
            raise Killed
        noted.append(message)
        note(message, **facts)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "note_sent", kill_at_the_fourth)
        patch.setattr(outbox, "fold", lambda message_ids, now: None)
        with pytest.raises(Killed):
            dispatch.send_due("email")
    assert Message.objects.filter(status="sending").count() == 6

    recover_messages()
    assert Message.objects.filter(status="sent").count() == 3
    age_claims(outbox.lease() + timedelta(seconds=1))
    recover_messages()
    send_messages(medium="email")

    ids = [message_id(message) for message in messages]
    assert plain_server.message_ids == [*ids[:4], *ids[3:]]
    assert Message.objects.filter(status="sent").count() == 6
    assert not Handover.objects.exists()


def test_moving_the_clock_takes_no_message_from_the_worker_that_sends_it(settings, tmp_path):
    settings.CLOCK_OFFSET_FILE = str(tmp_path / "clock")
    MessageFactory()
    outbox.claim("email", limit=1, now=clock.now())

    clock.advance(timedelta(days=5))

    assert services.recover_stuck() == 0


def test_a_message_that_kills_workers_again_and_again_has_failed_in_the_end():
    message = MessageFactory(attempts=50)
    outbox.claim("email", limit=1, now=clock.now())
    age_claims(timedelta(hours=1))

    assert services.recover_stuck() == 0

    message.refresh_from_db()
    assert message.status == "failed"


def test_a_database_that_restarts_between_hand_over_and_record_repeats_nothing(plain_server, monkeypatch):
    message = MessageFactory()
    note, restarted = outbox.note_sent, []

    def restart(*args, **kwargs):
        if not restarted:
            restarted.append(True)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        note(*args, **kwargs)

    monkeypatch.setattr(outbox, "note_sent", restart)

    assert dispatch.send_due("email") == Sent(handed_over=1)
    message.refresh_from_db()
    assert message.status == "sent"


def test_messages_wait_for_their_pace(plain_server, settings):
    settings.EMAIL_PER_SECOND, settings.EMAIL_CONNECTIONS = 20, 1
    MessageFactory.create_batch(5)
    started = clock.now()

    dispatch.drain("email", seconds=5)

    assert len(plain_server.taken) == 5
    assert clock.now() - started >= timedelta(seconds=0.19)


def test_queueing_the_same_key_twice_keeps_one_row_and_gives_it_back():
    first = MessageFactory.build(idempotency_key="once", to_address="a@shop.example")
    again = MessageFactory.build(idempotency_key="once", to_address="b@shop.example")
    other = MessageFactory.build(idempotency_key="other")

    (kept,) = services.queue([first])
    rows = services.queue([other, again])

    assert [row.idempotency_key for row in rows] == ["other", "once"]
    assert rows[1].pk == kept.pk
    assert rows[1].to_address == "a@shop.example"
    assert Message.objects.count() == 2


def test_a_key_twice_in_one_batch_is_one_row_the_first():
    first = MessageFactory.build(idempotency_key="once", to_address="a@shop.example")
    again = MessageFactory.build(idempotency_key="once", to_address="b@shop.example")

    rows = services.queue([first, again])

    assert [row.to_address for row in rows] == ["a@shop.example", "a@shop.example"]
    assert rows[0].pk == rows[1].pk == Message.objects.get().pk
