"""From a real ask to the last word, over a real Postfix and a real mailbox: the customer never taps a score."""

import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from accounts import clock
from delivery import dispatch
from delivery.media.email import inbox
from delivery.models import Message
from followups import services
from followups.letters import arrivals
from followups.letters.replies import StaffReply
from followups.models import CustomerLetter, Followup
from responses.models import Response
from tests.delivery.conftest import SMTP
from tests.factories import ContactFactory
from tests.followups.test_letters import asked, said
from tests.mailservers import KNOWN, MAILBOX, PASSWORD, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(settings, monkeypatch):
    with running() as servers:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", servers.smtp_port, 10
        settings.REPLY_ADDRESS = MAILBOX
        settings.BOUNCE_IMAP_URL = f"imaps://bounces:{quote(PASSWORD, safe='')}@localhost:{servers.imap_port}/INBOX"
        monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority))
        yield servers


def got(mail, count):
    """Return the last of the letters that the customer has got by now, which are so many."""
    Message.objects.filter(status="queued").update(send_after=clock.now())
    dispatch.send_due("email")
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in mail.wait_for(count, KNOWN)]
    return mails[-1]


def write_back(mail, to, text, count):
    """Answer a letter as a program of the customer does, and take up what has come by then: so many letters."""
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = KNOWN, to["Reply-To"], f"Re: {to['Subject']}"
    answer["Message-ID"], answer["In-Reply-To"] = f"<answer-{count}@shop.example>", to["Message-ID"]
    answer.set_content(f"{text}\n\nOn Mon, Nov 23, 2026 Plumb <surveys@plumb.example> wrote:\n> How did we do?\n")
    with smtplib.SMTP("127.0.0.1", mail.smtp_port) as connection:
        connection.send_message(answer)
    mail.wait_for(count)
    inbox.read_reports()
    arrivals.take_due()


def test_a_letter_in_answer_to_a_real_ask_is_worked_to_its_end(mail, owner, team):
    asked(ContactFactory(first_name="Ona", email=KNOWN), manager=owner, team=team)
    write_back(mail, got(mail, 1), "Дах протікає.", 1)
    work = Followup.objects.get()
    assert (work.assignee, work.response, said(work)) == (owner, None, [("reply", "Дах протікає.")])

    services.reply(followup=work, said=StaffReply(subject="Дах", text="Завтра приїдемо."), key="1", by=owner)
    reply = got(mail, 2)
    assert "Завтра приїдемо." in reply.get_content()
    write_back(mail, reply, "Дякую!", 2)

    assert [text for _kind, text in said(work)] == ["Дах протікає.", "Дякую!"]
    work.refresh_from_db()
    assert work.resolve(by=owner, resolution="Дах полагоджено.")
    assert CustomerLetter.objects.count() == 2
    assert not Response.objects.exists()
