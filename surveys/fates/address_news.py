"""What became of messages, told to the addresses they went to."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeAlias

from accounts.addresses import normalised
from accounts.media import AddressKind, Medium
from crm import address_health, suppressions
from crm.address_health import Bounce
from crm.suppressions import No, Spelled
from delivery.models import Message
from surveys.models import AskingPolicy

Told: TypeAlias = tuple[Spelled, Message]


def take_up(message_ids: Collection[int]) -> None:
    """Count bounces against addresses, note where mail arrived, and record recipients who said no.

    Each bounce is charged once: the caller empties `bounce` in the same transaction. The rest may be repeated.
    """
    told = [(address, message) for message in _with_news(message_ids) if (address := spelled(message))]
    policy = AskingPolicy.current()
    address_health.note_arrivals([(address, at) for address, message in told if (at := _arrived_at(message))])
    bounces = [
        Bounce(address, at, is_hard=message.bounce == Message.Bounce.HARD)
        for address, message in told
        if message.bounce and (at := message.failed_at)
    ]
    closed = [bounce for bounce in bounces if _is_final(Medium(bounce.address[0]))]
    others = [bounce for bounce in bounces if bounce not in closed]
    if closed:
        # Who closed a chat said so, and whom WhatsApp does not know is not there; a mailbox may be missing for a while.
        address_health.charge_bounces(closed, hard=1, soft=policy.soft_bounces)
    address_health.charge_bounces(others, hard=policy.hard_bounces, soft=policy.soft_bounces)
    # The reasons of an objection are reasons of an opt-out.
    suppressions.opt_out_addresses(
        [
            No(reason=message.objection, at=at, through=address, evidence=message.idempotency_key)
            for address, message in told
            if message.objection and (at := message.objected_at)
        ]
    )


def _is_final(medium: Medium) -> bool:
    return medium.address_kind is AddressKind.CHAT or medium is Medium.WHATSAPP


def _with_news(message_ids: Collection[int]) -> list[Message]:
    fields = (
        "medium", "to_address", "status", "bounce", "failed_at", "delivered_at", "objection", "objected_at",
        "idempotency_key",
    )  # fmt: skip
    return list(Message.objects.filter(pk__in=message_ids).only(*fields).order_by("pk"))


def _arrived_at(message: Message) -> datetime | None:
    return message.delivered_at if message.status == Message.Status.DELIVERED else None


def written_from(address: str, *, medium: str, answers: Message | None) -> Spelled | None:
    """Return where something came from as contacts carry it: the address we wrote to where it answers us, else its own.

    None when neither is an address.
    """
    if answers and (written_to := spelled(answers)):
        return written_to
    try:
        return medium, normalised(medium, address)
    except ValueError:
        return None


def spelled(message: Message) -> Spelled | None:
    """Return the address in the spelling in which contacts carry it, or None when it is not an address."""
    try:
        return message.medium, normalised(message.medium, message.to_address)
    except ValueError:
        return None
