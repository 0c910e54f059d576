"""What Meta tells when it calls: statuses of messages, words of customers, states of templates."""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from accounts.batches import one_by_one
from accounts.secrets import SecretUnreadable
from delivery.media.whatsapp import arrivals, receipts, states
from delivery.models import WhatsAppNumber

SCHEME = "sha256="
TEMPLATE_FIELDS = frozenset(
    {"message_template_status_update", "message_template_quality_update", "template_category_update"}
)
# How often it is noted that a number was heard of.
NOTED = timedelta(minutes=1)


def signature(secret: str, raw: bytes) -> str:
    """Return how Meta signs a call: HMAC-SHA256 of its body under the secret of the app, in hexadecimal."""
    return SCHEME + hmac.digest(secret.encode(), raw, "sha256").hex()


def is_signed(number: WhatsAppNumber, raw: bytes, signed: str) -> bool:
    """Say whether a call comes from the app of this number. A secret that cannot be read proves nothing."""
    try:
        secret = number.app_secret
    except SecretUnreadable:
        return False
    return bool(secret) and hmac.compare_digest(signature(secret, raw).encode(), signed.encode())


@dataclass
class CallParts:
    """The parts of one call by what they speak of: a phone number ID, or the ID of a business account."""

    statuses: defaultdict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    messages: defaultdict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    templates: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def phone_number_ids(self) -> set[str]:
        return {*self.statuses, *self.messages}


def take(told: Mapping[str, Any], *, door: WhatsAppNumber, raw: bytes, signed: str, now: datetime) -> None:
    """Keep what a call says, of the number whose door it came to and of others whose app is the same one.

    Meta has one address for an app, so that several numbers may be spoken of at one door; `raw` and `signed` prove the
    call for each of them. What speaks of numbers that are not ours is passed over.
    """
    parts = _parts(told)
    others = WhatsAppNumber.objects.filter(phone_number_id__in=parts.phone_number_ids - {door.phone_number_id})
    for number in [door, *(other for other in others if is_signed(other, raw, signed))]:
        _take(number, parts, now)
    for account, kind, change in parts.templates:
        known = WhatsAppNumber.objects.filter(account_id=account)
        ours = [number.pk for number in known if number.pk == door.pk or is_signed(number, raw, signed)]
        states.take(change, field=kind, numbers=ours, now=now)


def _take(number: WhatsAppNumber, parts: CallParts, now: datetime) -> None:
    statuses, messages = parts.statuses[number.phone_number_id], parts.messages[number.phone_number_id]
    if messages:
        arrivals.keep(number, messages, now=now)
    one_by_one(statuses, partial(receipts.hear, number, now=now))
    if (statuses or messages) and (number.heard_at is None or now - number.heard_at > NOTED):
        number.heard_at = now
        number.save(update_fields=["heard_at"])


def _parts(told: Mapping[str, Any]) -> CallParts:
    parts = CallParts()
    for entry in _objects(told.get("entry")):
        for change in _objects(entry.get("changes")):
            _sort(change, states.word(entry.get("id")), parts)
    return parts


def _sort(change: Mapping[str, Any], account: str, parts: CallParts) -> None:
    kind, value = states.word(change.get("field")), change.get("value")
    if not isinstance(value, dict):
        return
    metadata = value.get("metadata")
    number = states.word(metadata.get("phone_number_id")) if isinstance(metadata, dict) else ""
    if kind == "messages":
        parts.statuses[number] += _objects(value.get("statuses"))
        parts.messages[number] += _objects(value.get("messages"))
    elif kind == "user_preferences":
        parts.messages[number] += [_preference(one) for one in _objects(value.get("user_preferences"))]
    elif kind in TEMPLATE_FIELDS:
        parts.templates.append((account, kind, value))


def _preference(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody told Meta itself of messages like ours as one of their own."""
    who, when, value = (states.word(told.get(name)) for name in ("wa_id", "timestamp", "value"))
    return {"type": "preference", "from": who, "id": f"preference-{who}-{when}-{value}", "timestamp": when,
            "value": value}  # fmt: skip


def _objects(told: object) -> list[Mapping[str, Any]]:
    return (
        [one for one in told if isinstance(one, dict)]
        if isinstance(told, Iterable) and not isinstance(told, (str, bytes, dict))
        else []
    )
