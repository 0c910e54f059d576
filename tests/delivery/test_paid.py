"""A medium whose messages cost money: none is sent twice by itself, and what it cost stands on the message."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models.functions import Now

from accounts import clock
from delivery import dispatch, media, outbox, services
from delivery.dispatch import Sent
from delivery.models import Message
from delivery.news import News
from delivery.tasks import recover_messages, send_messages
from tests.delivery.paid_medium import PRICE, SmsCarrier, numbers
from tests.factories import MessageFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sms")]


class Killed(BaseException):
    pass


def text(number=1, **fields):
    return MessageFactory(medium="sms", to_address=f"+3706000000{number}", **fields)


def kill(*_args, **_facts):
    raise Killed


def lease_is_over():
    Message.objects.update(claimed_at=Now() - outbox.lease() - timedelta(seconds=1))


def state(message):
    message.refresh_from_db()
    return message.status, message.cost


def test_what_it_states_of_itself():
    transport = media.transport_of("sms")

    assert transport.address_kind.value == "phone"
    assert ("sms", "SMS") in media.for_customers()
    assert transport.spellings("+37060000001") == {"+37060000001", "37060000001"}


@pytest.mark.parametrize(("length", "parts"), [(70, 1), (71, 2), (134, 2), (135, 3)])
def test_a_text_costs_its_parts_once_and_twice_does_it_once(sms, length, parts):
    message = text(context={"text": "ї" * length})

    assert dispatch.send_due("sms") == Sent(handed_over=1)
    assert dispatch.send_due("sms") == Sent()

    assert state(message) == ("sent", PRICE * parts)
    assert len(sms.taken) == 1


def test_a_worker_killed_between_hand_over_and_record_leaves_what_is_unknown_to_a_person(sms, monkeypatch):
    message, waiting = text(1), text(2)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "note_sent", kill)
        with pytest.raises(Killed):
            dispatch.send_due("sms")
    lease_is_over()

    recover_messages()
    send_messages(medium="sms")
    recover_messages()

    assert numbers(sms) == ["+37060000001", "+37060000002"]
    assert state(message) == ("unknown", PRICE)
    assert message.error == outbox.KILLED_AT_IT
    assert state(waiting) == ("sent", PRICE)


def test_a_worker_killed_just_before_the_hand_over_leaves_that_message_to_a_person_too(sms, monkeypatch):
    """Nobody can tell the two moments apart."""
    message, waiting = text(1), text(2)
    with monkeypatch.context() as patch:
        patch.setattr(SmsCarrier, "send", kill)
        with pytest.raises(Killed):
            dispatch.send_due("sms")
    lease_is_over()

    recover_messages()
    send_messages(medium="sms")

    assert numbers(sms) == ["+37060000002"]
    assert (state(message)[0], state(waiting)[0]) == ("unknown", "sent")


def test_a_message_offered_in_an_earlier_claim_is_not_in_doubt_in_the_next_one(sms):
    sms.script = [429]
    message = text()
    assert dispatch.send_due("sms") == Sent(put_off=1)
    Message.objects.update(send_after=clock.now())
    outbox.claim("sms", limit=1, now=clock.now())
    lease_is_over()

    recover_messages()

    assert state(message) == ("queued", 0)


@pytest.mark.parametrize("answer", ["hang-up", "stall"])
def test_an_answer_that_never_came_is_unknown_at_once_and_holds_up_no_other(sms, answer):
    sms.script = [answer]
    message, other = text(1), text(2)

    assert dispatch.send_due("sms") == Sent(unclear=1, handed_over=1)
    Message.objects.update(send_after=clock.now())
    assert dispatch.send_due("sms") == Sent()

    assert state(message) == ("unknown", PRICE)
    assert state(other) == ("sent", PRICE)
    assert len(sms.taken) == 2


def test_a_gateway_that_is_not_there_took_nothing_and_costs_nothing(sms, monkeypatch):
    message = text()
    monkeypatch.setattr(media.transport_of("sms"), "url", "http://127.0.0.1:1/")

    assert dispatch.send_due("sms") == Sent(put_off=1)

    assert state(message) == ("queued", 0)


def test_a_number_that_the_gateway_refuses_costs_nothing(sms):
    sms.script = [(400, "305 phone")]
    message = text()

    assert dispatch.send_due("sms") == Sent(failed=1)

    assert state(message) == ("bounced", 0)
    assert message.bounce == "hard"


def test_an_error_that_nobody_foresaw_leaves_the_message_to_a_person(monkeypatch):
    monkeypatch.setattr(SmsCarrier, "send", lambda carrier, parcel: 1 / 0)
    message = text()

    assert dispatch.send_due("sms") == Sent(unclear=1)

    assert state(message) == ("unknown", PRICE)
    assert message.error == "ZeroDivisionError: division by zero"


def test_a_worker_that_outlived_its_lease_hands_nothing_over(sms):
    message = text()
    claimed = outbox.claim("sms", limit=1, now=clock.now())
    lease_is_over()
    recover_messages()
    assert dispatch.send_due("sms") == Sent(handed_over=1)

    with dispatch.opened("sms") as run:
        assert dispatch.send_batch(claimed, run) == Sent(lost=1)

    assert len(sms.taken) == 1
    assert state(message) == ("sent", PRICE)


def test_each_time_that_it_is_sent_adds_to_its_cost(sms):
    message = text()
    dispatch.send_due("sms")
    services.hear(News(provider_id=f"sms-{message.idempotency_key}", key="", at=clock.now(), undeliverable="expired"))
    assert state(message) == ("failed", PRICE)

    services.retry([message])
    dispatch.send_due("sms")

    assert state(message) == ("sent", PRICE * 2)
    assert len(sms.taken) == 2


def test_a_person_says_that_it_was_sent_or_has_it_sent_again(sms):
    sms.script = ["hang-up", "hang-up"]
    sent, again = text(1), text(2)
    dispatch.send_due("sms")

    assert services.confirm_sent([sent]) == 1
    assert services.confirm_sent([sent]) == 0
    assert services.retry([again]) == 1
    dispatch.send_due("sms")

    assert state(sent) == ("sent", PRICE)
    assert state(again) == ("sent", PRICE * 2)
    assert numbers(sms) == ["+37060000001", "+37060000002", "+37060000002"]


def test_what_the_gateway_tells_later_settles_what_was_unknown(sms):
    sms.script = ["hang-up"]
    message = text()
    dispatch.send_due("sms")

    services.hear(News(provider_id="", key=message.idempotency_key, at=clock.now(), delivered=True))

    assert state(message) == ("delivered", PRICE)


def test_a_backlog_of_another_medium_does_not_stand_in_its_way(sms, plain_server):
    MessageFactory.create_batch(30, send_after=clock.now() - timedelta(days=1))
    text()

    assert dispatch.send_due("sms", limit=1) == Sent(handed_over=1)
    assert plain_server.taken == []


def test_the_price_is_kept_to_the_last_digit():
    assert Message._meta.get_field("cost").decimal_places == -PRICE.as_tuple().exponent
    assert Decimal("999999.9999") < Decimal(10) ** 6
