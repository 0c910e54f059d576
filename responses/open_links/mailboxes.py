"""Whose mailbox an address is, and whether a letter may ask there."""

from accounts.media import Medium
from crm import reach
from crm.models import Contact, ContactAddress
from crm.reachability import Purpose, may_write
from surveys.models import AskingPolicy


def known_contact(email: str) -> Contact | None:
    """Return the contact that carries this mailbox, the oldest one, as the record that speaks for it."""
    carriers = ContactAddress.objects.filter(medium=Medium.EMAIL, value=email).select_related("contact__merged_into")
    address = carriers.order_by("contact_id").first()
    return address.contact.survivor if address else None


def may_be_asked(contact: Contact, email: str) -> bool:
    """Whether this person may be written to at this very mailbox: who said no gets no letter."""
    rules = AskingPolicy.current().reach
    person = reach.people([contact], rules)[contact.pk]
    return bool(may_write(person, Medium.EMAIL, Purpose.REPLY, rules, to=email))
