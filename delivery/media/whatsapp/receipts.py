"""What Meta tells of messages that it took: in any order, and more than once."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from accounts import clock
from accounts.media import Medium
from delivery import services
from delivery.media.whatsapp import choice, faults
from delivery.media.whatsapp.api import code_in, reason_in
from delivery.media.whatsapp.carrier import LONGEST_ID, message_name
from delivery.media.whatsapp.choice import Kind
from delivery.media.whatsapp.faults import Blame
from delivery.media.whatsapp.states import note_refusal
from delivery.models import Message, WhatsAppNumber
from delivery.news import News

REFERENCE = re.compile(r"(?P<message>[0-9]{1,18})\.(?P<claim>[0-9]{1,9})", re.ASCII)
# What says that the phone has it; “sent” says only that Meta means to bring it.
ARRIVED = frozenset({"delivered", "read", "played"})


def hear(number: WhatsAppNumber, told: Mapping[str, Any], *, now: datetime) -> bool:
    """Take what a call says of one message; return whether it changed anything.

    It can speak of messages of its own number only, and of the try that it names: what is said of an earlier try does
    not touch a message that was sent anew since, and says of one that waits for that only that it need not go.
    """
    wamid, status = told.get("id"), str(told.get("status"))
    if not isinstance(wamid, str) or not 0 < len(wamid) <= LONGEST_ID or not wamid.isprintable():
        return False
    named = message_name(number.pk, wamid)
    message = _meant(number, named, told.get("biz_opaque_callback_data"))
    at = min(_moment(told.get("timestamp")) or now, now)
    if status in ARRIVED:
        return services.hear(_news(message, named, at, delivered=True, cost=_cost(number, told)))
    if status == "failed":
        return _failed(number, message, named, _error(told), at)
    # Handed over it counts as sent already; a try of which nobody knew is known by this.
    return message is not None and services.hear_sent(message.pk, named, at=at)


def _failed(
    number: WhatsAppNumber, message: Message | None, named: str, error: Mapping[str, Any], at: datetime
) -> bool:
    if message is not None and message.status == Message.Status.DELIVERED:
        return False
    code = code_in(error)
    whose, said = faults.blame(code), f"{code} {reason_in(error)}".strip()
    if whose is Blame.NUMBER:
        number.mark_failed(said, at=at, until=clock.now() + faults.REST)
    if whose is Blame.TEMPLATE and message:
        _note_template(number, message, code, said, at)
    if whose in (Blame.MOMENT, Blame.PAIR, Blame.NUMBER) and message and message.attempts < faults.MOST_TRIES:
        return services.put_off(message.pk, named, error=said, until=clock.now() + faults.pause(code))
    bounce = Message.Bounce.HARD if whose is Blame.PHONE else ""
    objection = Message.Objection.UNSUBSCRIBED if whose is Blame.PERSON else ""
    # What did not arrive is not paid for.
    news = _news(message, named, at, undeliverable=said or "failed", bounce=bounce, objection=objection)
    return services.hear(news)


def _news(message: Message | None, named: str, at: datetime, *, cost: Decimal | None = None, **said: Any) -> News:
    pk = message.pk if message else None
    is_dear = cost is not None and message is not None and cost != message.cost
    if said.get("undeliverable"):
        cost, is_dear = Decimal(0), True
    return News(
        provider_id=named, key="", message=pk, medium=Medium.WHATSAPP, at=at, cost=cost if is_dear else None, **said
    )


def _meant(number: WhatsAppNumber, named: str, reference: object) -> Message | None:
    """Return the message, by the ID that it is known by, else by what went out with it."""
    messages = Message.objects.filter(medium=Medium.WHATSAPP).only(
        "pk", "claim", "status", "provider_id", "cost", "attempts", "context", "purpose", "language"
    )
    if known := messages.filter(provider_id=named).first():
        return known
    found = REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
    message = messages.filter(pk=int(found["message"])).first() if found else None
    if found is None or message is None or message.provider_id:
        return None
    if message.context.get("brand_id", number.brand_id) != number.brand_id:
        return None
    # A worker that was killed at it leaves the number after the one that went out.
    was_killed = message.status == Message.Status.UNKNOWN and message.claim - 1 == int(found["claim"])
    waits_again = message.status == Message.Status.QUEUED and int(found["claim"]) < message.claim
    return message if message.claim == int(found["claim"]) or was_killed or waits_again else None


def _note_template(number: WhatsAppNumber, message: Message, code: int, said: str, at: datetime) -> None:
    """Note it of the template that the message was made with, as far as that can be told by now."""
    kind = Kind.REMINDER if message.purpose == Message.Purpose.REMINDER else Kind.INVITATION
    template = choice.chosen(number, kind, (message.language, message.context.get("default_language", "")))
    if template:
        note_refusal(template.pk, code, said, at=at)


def _cost(number: WhatsAppNumber, told: Mapping[str, Any]) -> Decimal | None:
    """Return what Meta says that a message costs, in our own prices; None where it says nothing."""
    pricing = told.get("pricing")
    if not isinstance(pricing, dict):
        return None
    if pricing.get("billable") is False or str(pricing.get("type")).startswith("free_"):
        return Decimal(0)
    category = pricing.get("category")
    return number.price_of(category) if isinstance(category, str) else None


def _error(told: Mapping[str, Any]) -> Mapping[str, Any]:
    errors = told.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return first if isinstance(first, dict) else {}


def _moment(said: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(str(said)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
