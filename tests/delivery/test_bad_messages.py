"""One message of a batch goes wrong in a way that nobody foresaw: the others leave all the same."""

import pytest
from django.db import DataError, connection

from delivery import composers, dispatch, outbox
from delivery.dispatch import Sent
from delivery.media.email.smtp import SmtpCarrier
from delivery.models import Handover, Message
from tests.delivery.conftest import write
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch():
    return MessageFactory.create_batch(5)


def statuses(batch):
    kept = dict(Message.objects.values_list("pk", "status"))
    return [kept[message.pk] for message in batch]


def test_a_message_that_cannot_be_composed_is_put_off_alone(plain_server, batch, monkeypatch):
    def compose(messages):
        if batch[2] in messages:
            raise DataError("value too long")
        return [write(message) for message in messages]

    monkeypatch.setitem(composers._composers, ("test", "email"), compose)

    assert dispatch.send_due("email") == Sent(handed_over=4, put_off=1)
    assert statuses(batch) == ["sent", "sent", "queued", "sent", "sent"]
    assert Message.objects.get(pk=batch[2].pk).error == "DataError: value too long"


def test_a_message_at_which_the_carrier_breaks_is_put_off_alone(plain_server, batch, monkeypatch, caplog):
    send = SmtpCarrier.send

    def break_at_one(carrier, letter):
        if letter.recipient == batch[2].to_address:
            raise UnicodeError("no such codec\x00")
        return send(carrier, letter)

    monkeypatch.setattr(SmtpCarrier, "send", break_at_one)

    assert dispatch.send_due("email") == Sent(handed_over=4, put_off=1)
    assert statuses(batch) == ["sent", "sent", "queued", "sent", "sent"]
    assert Message.objects.get(pk=batch[2].pk).error == "UnicodeError: no such codec"
    assert "message could not be handed over" in caplog.text


def test_a_message_whose_hand_over_cannot_be_recorded_stops_no_other_and_ends_with_its_lease(
    plain_server, batch, monkeypatch
):
    note = outbox.note_sent

    def refuse_one(message, **facts):
        if message.pk == batch[2].pk:
            raise DataError("value too long")
        note(message, **facts)

    monkeypatch.setattr(outbox, "note_sent", refuse_one)

    assert dispatch.send_due("email") == Sent(handed_over=4, lost=1)
    assert statuses(batch) == ["sent", "sent", "sending", "sent", "sent"]


def test_a_message_that_cannot_be_marked_as_sent_is_unknown_and_holds_up_no_other(plain_server, batch):
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE delivery_message ADD CONSTRAINT poison CHECK (id <> {batch[2].pk} OR status <> 'sent')"
        )
    try:
        assert dispatch.send_due("email") == Sent(handed_over=5)
        assert statuses(batch) == ["sent", "sent", "unknown", "sent", "sent"]
        assert "poison" in Message.objects.get(pk=batch[2].pk).error
        assert not Handover.objects.exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE delivery_message DROP CONSTRAINT poison")


def test_what_a_server_says_is_kept_printable_and_short(plain_server, batch, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(SmtpCarrier, "send", lambda carrier, letter: "id\x00" + "9" * 300)
        assert dispatch.send_due("email", limit=1) == Sent(handed_over=1)
    assert Message.objects.get(status="sent").provider_id == "id" + "9" * 198

    plain_server.script = ["rcpt-odd"]
    assert dispatch.send_due("email", limit=1) == Sent(failed=1)
    error = Message.objects.get(status="failed").error
    assert error.startswith("The server answered: 550 5.7.1 you are strange, ")
    assert len(error) <= 1000
    assert error.isprintable()


def test_the_longest_legal_message_leaves_like_any_other(plain_server):
    domain = ".".join(["d" * 60] * 3) + ".example"
    longest = MessageFactory(
        to_address=f"{'l' * 62}@{domain}",
        to_name="Ω" * 200,
        template="test",
        idempotency_key="k" * 120,
        context={"subject": "Ж" * 300, "text": "ї" * 100_000},
    )
    other = MessageFactory()

    assert dispatch.send_due("email") == Sent(handed_over=2)
    assert statuses([longest, other]) == ["sent", "sent"]
