"""Chats by which contacts are reached: only the person opens one, and only the person closes it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from crm import address_book, consents, suppressions
from crm.address_book import AddressEntry
from crm.consents import Word
from crm.models import Contact
from crm.reachability import Said, Use


@transaction.atomic
def join(contact_id: int, *, medium: str, chat: str, at: datetime, evidence: str) -> Contact | None:
    """Add a chat that a contact opened, with the consent to be asked there; None where there is no such contact.

    The record that speaks for the contact gets it. A no that the person said before stands. Repeating it changes
    nothing.
    """
    contact = Contact.objects.select_for_update(no_key=True).filter(pk=contact_id).first()
    if contact is None:
        return None
    if contact.merged_into_id:
        return join(contact.merged_into_id, medium=medium, chat=chat, at=at, evidence=evidence)
    now = clock.now()
    if address_book.write([AddressEntry(contact.pk, medium, (chat,), "", "")], now=now):
        suppressions.meet([contact.pk], now=now)
        Contact.objects.touch({contact.pk}, at=now)
    said = Word(contact.pk, medium, Use.SURVEYS, Said.GIVEN, at, evidence)
    consents.take_over([said], origin=_("Opened the chat by the link of this contact."))
    contact.refresh_from_db(fields=["do_not_contact_at", "do_not_contact_reason", "updated_at"])
    return contact
