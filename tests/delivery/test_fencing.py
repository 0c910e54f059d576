"""A claim is a right for a time: who outlived it finds that whatever it records changes nothing."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.db.models.functions import Now
from django.forms.models import model_to_dict

from accounts import clock
from delivery import outbox, services
from delivery.models import Handover, Message
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)


def handed_over(message):
    outbox.note_sent(message, provider_id="late", now=clock.now())
    outbox.fold([message.pk], now=clock.now())


RECORDS = {
    "handed over": handed_over,
    "failed": lambda message: outbox.record_final(message, status="failed", error="late", now=clock.now()),
    "called off": lambda message: outbox.record_final(message, status="cancelled", error="late", now=clock.now()),
    "put off": lambda message: outbox.record_temporary(message, error="late", now=clock.now()),
    "in doubt": lambda message: outbox.record_unknown(message, error="late", now=clock.now()),
    "offered": lambda message: outbox.offer([(message, Decimal(1))], now=clock.now()),
    "begun": lambda message: outbox.begin(message),
    "given back": lambda message: outbox.release([message]),
}


def on_its_own_connection(act, *args):
    results = []

    def work():
        try:
            results.append(act(*args))
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return results[0]


def claim():
    (message,) = outbox.claim("email", limit=1, now=clock.now())
    return message


def outlive_the_lease():
    Message.objects.update(claimed_at=Now() - outbox.lease() - timedelta(seconds=1))
    assert services.recover_stuck() == 1


def state(message):
    return model_to_dict(Message.objects.get(pk=message.pk))


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_worker_that_outlived_its_lease_records_nothing_over_the_claim_of_another(record):
    MessageFactory()
    slow = on_its_own_connection(claim)
    outlive_the_lease()
    quick = claim()
    before = state(quick)

    on_its_own_connection(record, slow)

    assert quick.claim > slow.claim
    assert state(quick) == before
    assert not Handover.objects.filter(claim=quick.claim).exists()


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_worker_that_outlived_its_lease_records_nothing_while_nobody_has_claimed_yet(record):
    message = MessageFactory()
    slow = on_its_own_connection(claim)
    outlive_the_lease()
    before = state(message)

    on_its_own_connection(record, slow)

    assert state(message) == before
    assert before["status"] == "queued"


def test_the_note_of_a_late_worker_does_not_hide_that_of_the_one_who_came_after():
    message = MessageFactory()
    slow = on_its_own_connection(claim)
    outlive_the_lease()
    quick = claim()

    outbox.note_sent(slow, provider_id="late", now=clock.now())
    outbox.note_sent(quick, provider_id="mine", now=clock.now())
    outbox.note_sent(slow, provider_id="later still", now=clock.now())
    outbox.fold([message.pk], now=clock.now())

    message.refresh_from_db()
    assert (message.status, message.provider_id) == ("sent", "mine")
    assert not Handover.objects.exists()


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_worker_records_nothing_over_a_fate_that_its_message_met_meanwhile(record):
    """A provider's news comes before the worker's own record: the message failed, though the claim still stands."""
    MessageFactory()
    message = claim()
    Message.objects.get(pk=message.pk).mark_undeliverable(error="550 5.1.1", at=clock.now(), bounce="hard")

    record(message)

    after = Message.objects.get(pk=message.pk)
    assert (after.status, after.error, after.bounce, after.cost) == ("bounced", "550 5.1.1", "hard", 0)


def test_a_delivery_told_before_the_hand_over_is_folded_stays_a_delivery():
    MessageFactory()
    message = claim()
    outbox.note_sent(message, provider_id="p-1", now=clock.now())
    Message.objects.get(pk=message.pk).mark_delivered(at=clock.now())

    outbox.fold([message.pk], now=clock.now())

    after = Message.objects.get(pk=message.pk)
    assert (after.status, after.provider_id, after.attempts) == ("delivered", "p-1", 1)


def test_a_bounce_told_before_the_hand_over_is_folded_stays_a_bounce_with_its_reason():
    MessageFactory()
    message = claim()
    outbox.note_sent(message, provider_id="p-1", now=clock.now())
    Message.objects.get(pk=message.pk).mark_undeliverable(error="550 5.1.1", at=clock.now(), bounce="hard")

    outbox.fold([message.pk], now=clock.now())

    after = Message.objects.get(pk=message.pk)
    assert (after.status, after.error, after.provider_id) == ("bounced", "550 5.1.1", "p-1")


def test_a_bounce_that_comes_after_the_delivery_is_believed():
    message = MessageFactory()
    message.mark_delivered(at=clock.now())

    assert message.mark_undeliverable(error="550 5.1.1", at=clock.now(), bounce="hard") is True
    assert message.mark_undeliverable(error="again", at=clock.now(), bounce="soft") is False

    message.refresh_from_db()
    assert (message.status, message.error, message.bounce) == ("bounced", "550 5.1.1", "hard")
    assert message.delivered_at is not None


def test_trying_again_by_hand_ends_the_claim_of_a_worker_that_has_not_recorded_yet():
    MessageFactory()
    message = claim()
    kept = Message.objects.get(pk=message.pk)
    kept.mark_undeliverable(error="550 5.1.1", at=clock.now(), bounce="hard")
    kept.retry(at=clock.now())

    handed_over(message)

    kept.refresh_from_db()
    assert (kept.status, kept.sent_at) == ("queued", None)


def test_a_worker_that_gave_a_message_back_records_nothing_over_the_claim_of_the_next():
    MessageFactory()
    first = claim()
    outbox.release([first])
    second = claim()
    before = state(second)

    handed_over(first)

    assert state(second) == before
    assert second.claim == first.claim + 1
