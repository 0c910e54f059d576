"""Whoever owns an account is told of its addresses that are not used any more."""

import hashlib
from collections.abc import Collection, Iterable

from django.db.models import F

from accounts.models import User
from crm.models import ContactAddress
from crm.suppressions import Spelled
from delivery import notices
from delivery import services as delivery
from delivery.models import Message
from surveys.fates.address_news import spelled
from surveys.models import Invitation

TEMPLATE = "surveys.unreachable"


def tell(bounced: "Iterable[Message]") -> int:
    """Write to whoever owns the contacts with an address that is not used any more, once per contact and address."""
    given_up = _given_up({address for message in bounced if (address := spelled(message))})
    owners = _owners({address.contact_id for address in given_up})
    notes = [
        note
        for address in given_up
        if address.contact_id in owners
        for note in _notes(address, owners[address.contact_id])
    ]
    return len(delivery.queue(notes)) if notes else 0


def _given_up(spelled: Collection[Spelled]) -> list[ContactAddress]:
    rows = ContactAddress.objects.filter(value__in={value for _medium, value in spelled}, bounced_at__isnull=False)
    found = rows.select_related("contact__company").order_by("contact", "pk")
    return [row for row in found if (row.medium, row.value) in spelled]


def _owners(contacts: Collection[int]) -> dict[int, User]:
    """Return who last dealt with each contact, or the lead of their team; left out where neither has an address."""
    asks = (
        Invitation.objects.filter(contact__in=contacts, manager__isnull=False)
        .order_by("contact", F("queued_at").desc(nulls_last=True), "-pk")
        .distinct("contact")
        .select_related("manager__team__lead")
    )
    owners = {}
    for ask in asks:
        manager = ask.manager
        lead = manager.team.lead if manager and manager.team else None
        owner = next((person for person in (manager, lead) if person and person.is_active and person.email), None)
        if owner:
            owners[ask.contact_id] = owner
    return owners


def _notes(address: ContactAddress, owner: User) -> list[Message]:
    contact = address.contact
    mailbox = hashlib.sha256(address.value.upper().encode()).hexdigest()[:16]
    context = {
        "contact": contact.pk,
        "name": str(contact),
        "company": str(contact.company or ""),
        "address": address.value,
    }
    return notices.messages_to(owner, template=TEMPLATE, context=context, key=f"unreachable-{contact.pk}-{mailbox}")
