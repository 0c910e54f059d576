from datetime import timedelta

import pytest

from accounts import clock
from delivery import composers, dispatch
from delivery.composers import Unsendable
from delivery.dispatch import Sent
from delivery.media.email.message_ids import message_id
from delivery.models import Message
from tests.delivery.conftest import write
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def test_due_messages_are_handed_over_in_due_order_over_one_connection(server):
    now = clock.now()
    late = MessageFactory(send_after=now - timedelta(minutes=1))
    early = MessageFactory(send_after=now - timedelta(minutes=2))
    not_due = MessageFactory(send_after=now + timedelta(minutes=1))

    sent = dispatch.send_due("email", now=now)

    assert sent == Sent(handed_over=2)
    assert server.message_ids == [message_id(early), message_id(late)]
    assert server.connections == 1
    late.refresh_from_db()
    assert (late.status, late.attempts, late.error, late.has_news) == ("sent", 1, "", True)
    assert late.sent_at >= now
    not_due.refresh_from_db()
    assert not_due.status == "queued"


def test_sending_again_sends_nothing(server):
    MessageFactory()
    dispatch.send_due("email")

    assert dispatch.send_due("email") == Sent()
    assert len(server.taken) == 1


def test_the_bytes_arrive_as_they_were_composed(server):
    message = MessageFactory(context={"text": "Labas\n.\n..taškai\n", "html": "<p>.</p>\n.ė", "subject": "Ąžuolas"})

    dispatch.send_due("email")

    sender, to, content = server.taken[0]
    assert (sender, to) == ("FROM:<surveys@plumb.example>", f"TO:<{message.to_address}>")
    assert content == write(message).as_bytes()


@pytest.mark.parametrize("behaviour", ["rcpt-4xx", "data-4xx", "mail-5xx"])
def test_a_temporary_refusal_puts_only_that_message_off(server, behaviour):
    first, second = MessageFactory(), MessageFactory()
    server.script = [behaviour]
    now = clock.now()

    sent = dispatch.send_due("email")

    assert sent == Sent(put_off=1, handed_over=1)
    assert server.message_ids == [message_id(second)]
    assert server.connections == 1
    first.refresh_from_db()
    assert (first.status, first.attempts) == ("queued", 1)
    assert timedelta(minutes=1) <= first.send_after - now <= timedelta(minutes=1, seconds=35)
    assert first.error.startswith("The server")


@pytest.mark.parametrize(
    ("behaviour", "status", "said"),
    [
        ("rcpt-5xx", "failed", "The server answered: 550 5.7.1 not allowed"),
        ("data-5xx", "failed", "The server answered: 554 5.6.0 we do not like this"),
        ("rcpt-bad", "bounced", "The server answered: 550 5.1.1 no such user"),
    ],
)
def test_a_final_refusal_fails_only_that_message_and_says_why(server, behaviour, status, said):
    first, second = MessageFactory(), MessageFactory()
    server.script = [behaviour]

    sent = dispatch.send_due("email")

    assert sent == Sent(failed=1, handed_over=1)
    assert server.message_ids == [message_id(second)]
    first.refresh_from_db()
    assert (first.status, first.error, first.attempts) == (status, said, 1)
    assert first.failed_at is not None


def test_a_connection_dropped_after_the_content_repeats_with_the_same_message_id(server):
    first, second, third = MessageFactory.create_batch(3)
    server.script = ["ok", "drop-after-data"]

    sent = dispatch.send_due("email")

    assert sent == Sent(handed_over=1, put_off=1, released=1)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.status, second.attempts) == ("queued", 1)
    assert (third.status, third.attempts, third.error) == ("queued", 0, "")
    dispatch.send_due("email", now=clock.now() + timedelta(minutes=2))
    assert server.message_ids == [message_id(first), message_id(second), message_id(third), message_id(second)]


@pytest.mark.parametrize("behaviour", ["drop-at-mail", "closing"])
def test_a_server_that_ends_the_connection_between_letters_costs_no_attempt(server, behaviour):
    first, second = MessageFactory(), MessageFactory()
    server.script = ["ok", behaviour]

    assert dispatch.send_due("email") == Sent(handed_over=2)
    assert server.message_ids == [message_id(first), message_id(second)]
    assert server.connections == 2


def test_a_server_that_is_down_puts_one_message_off_and_gives_the_others_back(server):
    first, second = MessageFactory(), MessageFactory()
    server.refusing = True

    assert dispatch.send_due("email") == Sent(put_off=1, released=1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.attempts) == ("queued", 1)
    assert (second.status, second.attempts) == ("queued", 0)
    assert not server.taken


def test_a_server_that_stalls_is_left_after_the_timeout(server, settings):
    settings.EMAIL_TIMEOUT = 0.3
    MessageFactory.create_batch(2)
    server.script = ["stall"]

    assert dispatch.send_due("email") == Sent(put_off=1, released=1)
    assert Message.objects.filter(status="queued").count() == 2


def test_a_message_that_cannot_be_written_spoils_no_other(server, monkeypatch):
    broken, refused, called_off, good = (MessageFactory(context={"what": what}) for what in ("bug", "no", "off", "ok"))

    def compose(messages):
        outcomes = {"no": Unsendable("No address."), "off": Unsendable("Answered.", called_off=True)}
        return [1 / 0 if m.context["what"] == "bug" else outcomes.get(m.context["what"]) or write(m) for m in messages]

    monkeypatch.setitem(composers._composers, ("test", "email"), compose)

    assert dispatch.send_due("email") == Sent(put_off=1, failed=1, called_off=1, handed_over=1)
    for message in (broken, refused, called_off):
        message.refresh_from_db()
    assert (broken.status, broken.error) == ("queued", "ZeroDivisionError: division by zero")
    assert (refused.status, refused.error) == ("failed", "No address.")
    assert (called_off.status, called_off.error, called_off.failed_at) == ("cancelled", "Answered.", None)
    assert server.message_ids == [message_id(good)]


@pytest.mark.parametrize("address", ["no-at-sign", "two@at@signs.example", "new\nline@shop.example", "a b@c.example"])
def test_what_is_no_address_bounces_without_asking_a_server(server, address):
    message = MessageFactory(to_address=address)

    assert dispatch.send_due("email") == Sent(failed=1)
    message.refresh_from_db()
    assert message.status == "bounced"
    assert server.connections == 0


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("olena@приклад.укр", "olena@xn--80aikifvh.xn--j1amh"),
        ("user@faß.example", "user@xn--fa-hia.example"),
        ("user@fass.example", "user@fass.example"),
    ],
)
def test_a_domain_is_written_in_ascii_and_stays_the_one_that_was_meant(server, address, wire):
    MessageFactory(to_address=address)

    assert dispatch.send_due("email") == Sent(handed_over=1)
    assert server.taken[0][1] == f"TO:<{wire}>"


def test_a_template_that_nobody_writes_fails_with_the_reason(server):
    message = MessageFactory(template="unheard.of")

    assert dispatch.send_due("email") == Sent(failed=1)
    message.refresh_from_db()
    assert (message.status, message.error) == (
        "failed",
        "Nothing writes the template “unheard.of” for the medium “email”.",
    )


def test_an_old_message_gives_up_after_its_last_attempt(server):
    message = MessageFactory(attempts=49)
    server.script = ["rcpt-4xx"]

    dispatch.send_due("email")

    message.refresh_from_db()
    assert (message.status, message.attempts) == ("failed", 50)


def test_any_other_backend_gets_the_letter_through_django(mailoutbox):
    message = MessageFactory(context={"html": "<p>Hello</p>", "subject": "Ąžuolas"})

    assert dispatch.send_due("email") == Sent(handed_over=1)

    (email,) = mailoutbox
    assert (email.subject, email.to, email.from_email) == (
        "Ąžuolas",
        [message.to_address],
        "Plumb <surveys@plumb.example>",
    )
    assert email.body == "Hello\n.\n..dots\n"
    assert email.alternatives[0].content == "<p>Hello</p>\n"
    assert email.extra_headers["Message-ID"] == message_id(message)
    assert email.metadata == {"message_id": message_id(message)}
    assert email.track_clicks is False
