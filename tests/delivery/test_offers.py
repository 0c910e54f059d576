"""Messages that must not go twice are noted several at a time before they are handed over."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from accounts import clock
from delivery import dispatch, media, offers, outbox, services
from delivery.dispatch import Sent
from delivery.media import ConnectionLost
from delivery.models import Message, Untried
from delivery.tasks import recover_messages, send_messages
from tests.delivery.paid_medium import PRICE, SmsCarrier, numbers
from tests.factories import MessageFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sms")]


class Killed(BaseException):
    pass


def texts(count):
    return [MessageFactory(medium="sms", to_address=f"+3706000{number:04}") for number in range(count)]


def states():
    return list(Message.objects.order_by("pk").values_list("status", "cost"))


def lease_is_over():
    Message.objects.update(claimed_at=Now() - outbox.lease() - timedelta(seconds=1))


def crash():
    """Do to the table what a crash of PostgreSQL does."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE delivery_untried")


def in_hand(count):
    """Claim and offer so many texts."""
    texts(count)
    claimed = outbox.claim("sms", limit=count, now=clock.now())
    outbox.offer([(message, PRICE) for message in claimed], now=clock.now())
    return claimed


def at(number, act, monkeypatch):
    """Have `act` happen in place of the hand-over of this number; it says whether that goes on."""
    send, calls = SmsCarrier.send, []

    def sending(carrier, parcel):
        calls.append(parcel)
        if len(calls) == number:
            act()
        return send(carrier, parcel)

    monkeypatch.setattr(SmsCarrier, "send", sending)


def kill():
    raise Killed


def test_what_proves_that_a_message_was_not_tried_does_not_outlive_a_crash():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'delivery_untried'")
        assert cursor.fetchone() == ("u",)


def test_of_texts_noted_together_a_killed_worker_leaves_only_the_one_in_its_hand_in_doubt(sms, monkeypatch):
    texts(8)
    with monkeypatch.context() as patch:
        at(5, kill, patch)
        with pytest.raises(Killed):
            dispatch.send_due("sms")
    assert Message.objects.filter(offered_at__isnull=False).count() == 7
    lease_is_over()

    recover_messages()
    send_messages(medium="sms")

    assert states() == [("sent", PRICE)] * 4 + [("unknown", PRICE)] + [("sent", PRICE)] * 3
    assert sorted(numbers(sms)) == [f"+3706000{number:04}" for number in (0, 1, 2, 3, 5, 6, 7)]
    assert not Untried.objects.exists()


def test_after_a_crash_of_postgresql_all_that_were_noted_and_have_no_other_fate_are_in_doubt(sms):
    in_hand(3)
    waiting = MessageFactory(medium="sms", to_address="+37060009999")
    outbox.claim("sms", limit=1, now=clock.now())
    crash()
    lease_is_over()

    recover_messages()
    send_messages(medium="sms")

    assert states() == [("unknown", PRICE)] * 3 + [("sent", PRICE)]
    assert numbers(sms) == [waiting.to_address]


def test_a_worker_that_lived_through_a_crash_notes_the_rest_anew_and_sends_each_once(sms, monkeypatch):
    texts(8)
    at(5, crash, monkeypatch)

    assert dispatch.send_due("sms") == Sent(handed_over=8)

    assert states() == [("sent", PRICE)] * 8
    assert len(set(numbers(sms))) == len(numbers(sms)) == 8


def test_what_a_lost_connection_leaves_over_costs_nothing_and_is_due_again(monkeypatch):
    def lose():
        raise ConnectionLost("gone")

    texts(8)
    at(5, lose, monkeypatch)

    assert dispatch.send_due("sms") == Sent(handed_over=4, put_off=1, released=3)

    assert states() == [("sent", PRICE)] * 4 + [("queued", 0)] * 4
    assert not Untried.objects.exists()


def test_a_text_that_was_recovered_is_not_begun_and_one_that_was_begun_is_in_doubt():
    first, second = in_hand(2)
    assert outbox.begin(first)
    lease_is_over()

    services.recover_stuck()

    assert not outbox.begin(first)
    assert not outbox.begin(second)
    assert not outbox.offer([(second, PRICE)], now=clock.now())
    assert states() == [("unknown", PRICE), ("queued", 0)]

    outbox.claim("sms", limit=1, now=clock.now())
    assert not outbox.offer([(second, PRICE)], now=clock.now())
    assert not outbox.begin(second)
    assert states() == [("unknown", PRICE), ("sending", 0)]


def test_a_text_is_begun_once():
    (message,) = in_hand(1)

    assert [outbox.begin(message), outbox.begin(message)] == [True, False]


def test_of_a_worker_that_begins_and_a_recovery_at_the_same_moment_one_finds_the_text():
    (message,) = in_hand(1)
    lease_is_over()
    begun, ready = [], threading.Event()

    def begin():
        ready.set()
        try:
            begun.append(outbox.begin(message))
        finally:
            connections.close_all()

    worker = threading.Thread(target=begin)
    with transaction.atomic():
        services.recover_stuck()
        worker.start()
        assert ready.wait(5)
        worker.join(0.3)
        assert begun == []
    worker.join(5)

    assert begun == [False]
    assert states() == [("queued", 0)]


def test_a_text_that_cannot_be_noted_stops_only_itself(sms, monkeypatch):
    def cost(parcel):
        if parcel.to.endswith("2"):
            return Decimal(10) ** 9
        return 1 / 0 if parcel.to.endswith("4") else PRICE

    texts(6)
    monkeypatch.setattr(media.transport_of("sms"), "cost_of", cost)

    assert dispatch.send_due("sms") == Sent(handed_over=4, lost=2)

    assert [number[-1] for number in numbers(sms)] == ["0", "1", "3", "5"]


@pytest.mark.parametrize(("ahead", "notes"), [(offers.AHEAD, 6), (-1, 40)])
def test_more_are_noted_together_while_they_go_quickly(monkeypatch, ahead, notes):
    monkeypatch.setattr(offers, "AHEAD", ahead)
    texts(40)

    with CaptureQueriesContext(connection) as queries:
        assert dispatch.send_due("sms") == Sent(handed_over=40)

    assert sum("INSERT INTO delivery_untried" in query["sql"] for query in queries) == notes
