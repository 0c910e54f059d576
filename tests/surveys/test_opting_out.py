"""Who may write that a contact does not want to be contacted, and that each of them leaves when and why."""

import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from crm.models import Contact
from delivery.media.email.inbox import take_report
from delivery.models import Message
from surveys.fates import delivery_news
from tests.delivery.mails import arf
from tests.factories import ContactFactory, InvitationFactory, MessageFactory

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "analytics", "crm", "delivery", "demo", "followups", "nps_project", "responses", "surveys")
WRITES = re.compile(
    r"""\bsuppressions\.(stop|opt_out_addresses)\(
        | \.do_not_contact_at\b[^=\n]*=(?!=) | \["do_not_contact_at"\]\s*= | SET\s+do_not_contact_at
        | update\([^)]*do_not_contact_at""",
    re.VERBOSE,
)
WRITERS = {
    "crm/admin/contacts.py": "a member of staff, who was told so",
    "crm/suppressions.py": "the verbs themselves, and taking it back",
    "crm/contact_records.py": "another system, by the API or an import",
    "demo/data/asking.py": "made-up customers",
    "surveys/fates/address_news.py": "a complaint, or an unsubscription at the mail provider",
    "crm/merges.py": "the records of one person, who said it under another record",
    "responses/page/mailbox_wishes.py": "the customer, by the link in a letter",
    "followups/letters/arrivals.py": "the customer, who answered a letter with nothing but “stop”",
    "followups/letters/refusals.py": "a member of staff, who read it in a customer's letter",
    "responses/chats/presses.py": "the customer, by the button “No more messages” or a setting of the chat",
    "responses/staff_entry.py": "a member of staff, whom the customer told “never again”",
    "responses/texts/intake.py": "the customer, who texted “stop”, or whose gateway took it for that",
}

pytestmark = pytest.mark.django_db


def test_nobody_else_opts_anybody_out():
    files = (path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
    found = {str(path.relative_to(ROOT)) for path in files if WRITES.search(path.read_text())}

    assert found == set(WRITERS)


@pytest.mark.parametrize(
    "fields", [{"do_not_contact_at": clock.now()}, {"do_not_contact_reason": "unsubscribed"}], ids=["no why", "no when"]
)
def test_the_database_refuses_an_opt_out_without_when_and_why(fields):
    contact = ContactFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(**fields)


def test_a_complaint_by_mail_opts_out_with_when_and_why():
    contact = ContactFactory()
    message = MessageFactory(status="sent", sent_at=clock.now(), to_address=contact.email)

    take_report(arf(message))
    delivery_news.sync()

    contact.refresh_from_db()
    assert (contact.do_not_contact_reason, str(contact.do_not_contact_at)) == (
        "complained",
        "2026-11-01 10:00:00+00:00",
    )


def test_looking_failing_and_silence_opt_nobody_out(client):
    invitation = InvitationFactory()
    for status in ("failed", "bounced"):
        MessageFactory(
            status=status, bounce="hard", failed_at=clock.now(), has_news=True, to_address=invitation.contact.email
        )
    for name in ("s", "u"):
        client.get(f"/{name}/{invitation.token}/")
        client.head(f"/{name}/{invitation.token}/")
    Message.objects.update(has_news=True)
    delivery_news.sync()

    invitation.contact.refresh_from_db()
    assert invitation.contact.may_be_contacted
