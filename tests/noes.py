"""What customers and their mailboxes say against letters."""

from accounts import clock
from crm import address_book, address_health, suppressions
from crm.address_health import Bounce
from crm.models import Consent
from crm.suppressions import No
from tests.factories import UserFactory


def opt_out(contact, *, reason="unsubscribed", at=None, through=None):
    """Let a contact say no to all letters; return whether that is news."""
    no = No(reason, at or clock.now(), through=("email", through) if through else None)
    changed = suppressions.stop({contact.pk: no})
    contact.refresh_from_db()
    return bool(changed)


def lift(contact, reason="They wrote that they miss us."):
    """Let a member of staff take the no of a contact back."""
    return suppressions.lift(contact, by=UserFactory(), reason=reason)


def object_to(contact, medium="email", *, use="surveys", at=None):
    fields = {"changed_at": at} if at else {}
    return Consent.objects.create(contact=contact, medium=medium, use=use, status="objected", **fields)


def bounce(contact, *, at=None):
    """Let the mail to all mailboxes of a contact come back for good."""
    mailboxes = contact.addresses.filter(medium="email").values_list("value", flat=True)
    bounces = [Bounce(("email", mailbox), at or clock.now(), is_hard=True) for mailbox in mailboxes]
    address_health.charge_bounces(bounces, hard=1, soft=3)


def is_out_of_use(contact):
    return contact.addresses.filter(medium="email", bounced_at__isnull=False).exists()


def move_to(contact, *emails):
    """Let these be all the mailboxes of a contact."""
    address_book.set_addresses(contact, emails=emails)
