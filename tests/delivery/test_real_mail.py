"""What real mail systems send back, over real SMTP and IMAP: nothing here is written by the tests but the letters."""

import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from accounts import clock
from accounts.models import SetAsideRow
from delivery import dispatch
from delivery.media.email import inbox, reply_addresses
from delivery.media.email.inbox import Read
from delivery.models import IncomingLetter, Message
from tests.delivery.conftest import SMTP
from tests.factories import MessageFactory
from tests.mailservers import FATES, KNOWN, MAILBOX, PASSWORD, running

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def servers():
    with running() as started:
        yield started


@pytest.fixture
def mail(servers, settings, monkeypatch):
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", servers.smtp_port, 10
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority))
    settings.BOUNCE_IMAP_URL = f"imaps://bounces:{quote(PASSWORD, safe='')}@localhost:{servers.imap_port}/INBOX"
    return servers


def send(*addresses):
    """Send a letter to each address as a worker does, from the mailbox that reports come back to."""
    for address in addresses:
        MessageFactory(to_address=address, status="queued", send_after=clock.now())
    dispatch.send_due("email")
    return dict(Message.objects.values_list("to_address", "status"))


def fates():
    return {message.to_address: (message.status, message.bounce) for message in Message.objects.order_by("to_address")}


def test_real_bounces_are_read_from_a_real_mailbox_and_mean_what_they_say(mail, monkeypatch):
    monkeypatch.setattr("tests.delivery.conftest.SENDER", MAILBOX)

    assert set(send("gone@shop.example", *FATES, KNOWN).values()) == {"sent"}
    mail.wait_for(5)
    mail.wait_for(1, KNOWN)
    read = inbox.read_reports()

    assert read == Read(reports=5)
    assert fates() == {
        "exchange@shop.example": ("bounced", "hard"),
        "full@shop.example": ("failed", "soft"),
        "gone@shop.example": ("bounced", "hard"),
        KNOWN: ("sent", ""),
        "slow@shop.example": ("sent", ""),
        "spam@shop.example": ("failed", ""),
    }
    assert not SetAsideRow.objects.exists()
    assert inbox.read_reports() == Read()


def test_a_person_who_forwards_a_real_bounce_is_left_to_people_and_unseen(mail, monkeypatch):
    monkeypatch.setattr("tests.delivery.conftest.SENDER", MAILBOX)
    before = len(mail.delivered(MAILBOX))
    send("lost@shop.example")
    (bounce,) = [path for path in mail.wait_for(before + 1) if b"lost@shop.example" in path.read_bytes()]
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = KNOWN, MAILBOX, "What is this?"
    letter.set_content("I got this. Did my friend not get your letter?")
    letter.add_attachment(message_from_bytes(bounce.read_bytes(), policy=policy.default))
    bounce.unlink()

    with smtplib.SMTP("127.0.0.1", mail.smtp_port) as connection:
        connection.send_message(letter)
    mail.wait_for(before + 1)

    assert inbox.read_reports() == Read(others=1)
    assert fates() == {"lost@shop.example": ("sent", "")}
    (kept,) = [path for path in mail.delivered(MAILBOX) if b"What is this?" in path.read_bytes()]
    assert "S" not in kept.name.partition(":2,")[2]


def test_a_real_reply_comes_back_from_a_real_mailbox_and_is_seen_once(mail, monkeypatch, settings):
    monkeypatch.setattr("tests.delivery.conftest.SENDER", MAILBOX)
    settings.REPLY_ADDRESS = MAILBOX
    before = len(mail.delivered(MAILBOX))
    message = MessageFactory(purpose="reply", to_address=KNOWN, status="sent", sent_at=clock.now())
    answers = [EmailMessage(), EmailMessage()]
    for number, letter in enumerate(answers):
        letter["From"], letter["To"], letter["Subject"] = KNOWN, reply_addresses.address(message), "Re: Дах"
        letter["Message-ID"] = f"<{number}@shop.example>"
        letter.set_content("Дах протікає.\n\nOn Mon, Nov 23, 2026 Plumb <a@b.example> wrote:\n> x\n")
    answers[1]["Auto-Submitted"] = "auto-replied"

    with smtplib.SMTP("127.0.0.1", mail.smtp_port) as connection:
        for letter in answers:
            connection.send_message(letter)
    mail.wait_for(before + 2)

    assert inbox.read_reports() == Read(letters=2)
    assert inbox.read_reports() == Read()
    rows = IncomingLetter.objects.order_by("message_id").values_list("answers", "text", "is_automatic", "is_proven")
    assert list(rows) == [(message.pk, "Дах протікає.", False, True), (message.pk, "Дах протікає.", True, True)]
    taken = [path for path in mail.delivered(MAILBOX) if b"Re:" in path.read_bytes()]
    assert all("S" in path.name.partition(":2,")[2] for path in taken)
