"""Whoever owns an account is told of its addresses that are not used any more."""

import hashlib
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Upper

from accounts.languages import supported
from accounts.media import Medium
from accounts.models import User
from crm.models import Contact
from delivery import services as delivery
from delivery.models import Message
from surveys.models import Invitation

TEMPLATE = "surveys.unreachable"


def tell(bounced: "Iterable[Message]") -> int:
    """Write to whoever owns the contacts whose address is not used any more, once per contact and address."""
    of_message = Message.objects.filter(pk__in=[message.pk for message in bounced])
    contacts = (
        Contact.objects.annotate(mailbox=Upper("email"))
        .filter(
            Exists(of_message.annotate(mailbox=Upper("to_address")).filter(mailbox=OuterRef("mailbox"))),
            email_bounced_at__isnull=False,
        )
        .select_related("company")
    )
    owners = _owners(contacts)
    notes = [_note(contact, owners[contact.pk]) for contact in contacts if contact.pk in owners]
    return len(delivery.queue(notes)) if notes else 0


def _owners(contacts: Iterable[Contact]) -> dict[int, User]:
    """Return who last dealt with each contact, or the lead of their team; contacts of nobody with an address miss."""
    asks = (
        Invitation.objects.filter(contact__in=contacts, manager__isnull=False)
        .order_by("contact", F("asked_at").desc(nulls_last=True), "-pk")
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


def _note(contact: Contact, owner: User) -> Message:
    mailbox = hashlib.sha256(contact.email.upper().encode()).hexdigest()[:16]
    return Message(
        medium=Medium.EMAIL,
        purpose=Message.Purpose.STAFF,
        to_address=owner.email or "",
        to_name=owner.name,
        language=supported(owner.language),
        template=TEMPLATE,
        context={
            "contact": contact.pk,
            "name": str(contact),
            "company": str(contact.company or ""),
            "address": contact.email,
        },
        idempotency_key=f"unreachable-{contact.pk}-{mailbox}",
    )
