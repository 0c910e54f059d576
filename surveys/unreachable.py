"""What could not be delivered goes on by the next medium; where there is none, the account's owner is told."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Upper

from accounts import clock
from accounts.languages import supported
from accounts.models import User
from accounts.nudging import nudge
from crm.models import Contact
from delivery import services as delivery
from delivery.models import Message
from surveys import letters, outgoing
from surveys.eligibility import Case, Facts, Policy
from surveys.facts import RELATIONS, History, policy_in_force
from surveys.models import Invitation, InvitationMessage

TEMPLATE = "surveys.unreachable"


def next_medium(facts: Facts, policy: Policy, tried: Iterable[str]) -> str:
    """Return the first usable medium, in order of preference, that was not tried yet, or ""."""
    left = [medium for medium in facts.media if medium not in set(tried)]
    # The rule that chose the first medium chooses the next one.
    finding = Case(replace(facts, media=left), policy, facts.wanted_at).medium()
    return finding.value if finding.passed else ""


def go_on(message_ids: Sequence[int]) -> None:
    """Follow up on messages that failed for good: each ask by its next medium, else a word to the account's owner.

    Called in the transaction that takes the news up; the idempotency keys make a repeat harmless.
    """
    failed = Message.objects.filter(pk__in=message_ids, status__in=[Message.Status.FAILED, Message.Status.BOUNCED])
    if not failed.exists():
        return
    if _ask_again(failed.filter(purpose=Message.Purpose.INVITE)) + _tell_owners(failed.exclude(bounce="")):
        nudge("delivery.send_messages")


def _ask_again(failed: "Iterable[Message]") -> int:
    """Queue the asks that failed by the next medium of each, and return how many have one."""
    lost = Invitation.objects.filter(status=Invitation.Status.FAILED, sendings__message__in=failed).order_by("pk")
    invitations = list(lost.select_related(*{*RELATIONS, *letters.FACTS}).distinct())
    policy, now = policy_in_force(), clock.now()
    history = History.of(invitations, policy, now)
    tried = _tried(invitations)
    going = []
    for invitation in invitations:
        medium = next_medium(history.facts_of(invitation), policy, tried[invitation.pk])
        if medium:
            invitation.medium, invitation.status = medium, Invitation.Status.QUEUED
            going.append(invitation)
    Invitation.objects.bulk_update(going, ["medium", "status"])
    numbers = [len(tried[invitation.pk]) + 1 for invitation in going]
    outgoing.queue(
        [outgoing.message(i, outgoing.INVITE, number, now) for i, number in zip(going, numbers, strict=True)], going
    )
    return len(going)


def _tried(invitations: Sequence[Invitation]) -> dict[int, set[str]]:
    tried: dict[int, set[str]] = {invitation.pk: set() for invitation in invitations}
    sendings = InvitationMessage.objects.filter(
        invitation__in=invitations, message__purpose=Message.Purpose.INVITE
    ).values_list("invitation", "message__medium")
    for invitation_id, medium in sendings:
        tried[invitation_id].add(medium)
    return tried


def _tell_owners(bounced: "Iterable[Message]") -> int:
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
        medium=Message.Medium.EMAIL,
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
