"""The messages that carry an invitation, queued together with a record of which invitation they belong to."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from accounts.media import Medium
from delivery import services as delivery
from delivery.models import Message
from delivery.reputation import domains, ramps
from surveys.letters import kinds, text_messages, whatsapp_messages
from surveys.models import Invitation, InvitationMessage

NAME_LENGTH = Message._meta.get_field("to_name").max_length


@dataclass(frozen=True)
class MessageKind:
    """What a message is for, who writes it, and how its idempotency key begins."""

    purpose: Message.Purpose
    template: str
    key: str


INVITE = MessageKind(Message.Purpose.INVITE, "surveys.invite", "invite")
REMINDER = MessageKind(Message.Purpose.REMINDER, "surveys.reminder", "remind")


def message(invitation: Invitation, kind: MessageKind, number: int, now: datetime, *, to: str) -> Message:
    """Return the `number`-th message of one kind about an invitation, by its medium to this address; not saved yet."""
    return Message(
        medium=invitation.medium,
        purpose=kind.purpose,
        to_address=to,
        to_name=invitation.contact.name[:NAME_LENGTH],
        language=invitation.language,
        template=kind.template,
        context=kinds.context_of(invitation) | _own(invitation, kind),
        idempotency_key=f"{kind.key}-{invitation.pk}-{number}",
        send_after=now,
    )


def _own(invitation: Invitation, kind: MessageKind) -> dict[str, Any]:
    """Return what only messages by the medium of this invitation need."""
    if invitation.medium == Medium.EMAIL:
        return _subject(invitation, kind)
    if invitation.medium == Medium.WHATSAPP:
        return whatsapp_messages.facts_of(invitation)
    return text_messages.facts_of(invitation) if invitation.medium == Medium.SMS else {}


def _subject(invitation: Invitation, kind: MessageKind) -> dict[str, str]:
    """Return the subject that the arm of an experiment gives a letter; nothing where it is that of the wording."""
    arm = invitation.arm
    subject = arm.subject(invitation.language, is_reminder=kind is REMINDER) if arm else ""
    return {"subject": subject} if subject else {}


def queue(messages: Sequence[Message], invitations: Sequence[Invitation]) -> None:
    """Put messages, due at one moment, into the outbox, each noted with the invitation at its place; a repeat changes
    nothing."""
    queued = delivery.queue(messages)
    # What was there already was counted when it was put there.
    new = [message for message in messages if message.pk and message.medium == Medium.EMAIL]
    if new:
        asks = Counter(domains.of_brand(message.context["sender_address"]) for message in new)
        ramps.note_asks(asks, now=new[0].send_after)
    InvitationMessage.objects.bulk_create(
        (InvitationMessage(invitation=i, message=m) for i, m in zip(invitations, queued, strict=True)),
        ignore_conflicts=True,
    )


def counted(invitation_ids: Collection[int], purpose: Message.Purpose) -> dict[int, int]:
    """Return how many messages of a purpose each of these invitations has had; those without any are left out."""
    sent = InvitationMessage.objects.filter(invitation__in=invitation_ids, message__purpose=purpose)
    return dict(sent.values_list("invitation").annotate(Count("pk")))
