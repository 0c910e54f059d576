"""What a mail provider's news means, whatever the provider (Anymail has made the news alike)."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from accounts.plaintext import clean
from delivery.media.email.message_ids import key_in
from delivery.models import Message
from delivery.news import News

# What the reasons say of the address; the others speak of us or of this message.
BOUNCES = {
    "invalid": Message.Bounce.HARD,
    "bounced": Message.Bounce.HARD,
    "timed_out": Message.Bounce.SOFT,
    "other": Message.Bounce.SOFT,
}
LONGEST_SAID = 1000
UNDELIVERABLE = frozenset({"bounced", "rejected", "failed"})
OBJECTIONS = {"complained": Message.Objection.COMPLAINED, "unsubscribed": Message.Objection.UNSUBSCRIBED}


def read(event: Any, *, now: datetime) -> News | None:
    """Return the news in an Anymail tracking event, or None for one that changes nothing (opened, deferred…)."""
    about = partial(
        News,
        provider_id=clean(event.message_id or ""),
        key=key_in(clean(str((event.metadata or {}).get("message_id", "")))),
        at=min((event.timestamp or now).astimezone(UTC), now),
    )
    kind, reason = event.event_type, event.reject_reason
    if kind == "delivered":
        return about(delivered=True)
    if kind in OBJECTIONS:
        return about(objection=OBJECTIONS[kind])
    if kind in UNDELIVERABLE:
        said = clean(" ".join(filter(None, [kind, reason, event.description, event.mta_response])), limit=LONGEST_SAID)
        objection = Message.Objection.UNSUBSCRIBED if reason == "unsubscribed" else ""
        return about(undeliverable=said, bounce=BOUNCES.get(reason, ""), objection=objection)
    return None
