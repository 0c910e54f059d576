"""Texts that customers send back: each is a row before anything comes of it, and told twice it is one row."""

import hashlib
from datetime import datetime, timedelta

from django.db.models.functions import Coalesce

from accounts.addresses import normalised
from accounts.media import Medium
from accounts.news import announce
from accounts.plaintext import clean
from delivery.correspondence import TO_CUSTOMERS
from delivery.media.sms.carrier import ids_of
from delivery.media.sms.gateway import Reply
from delivery.models import IncomingText, Message, TextGateway
from delivery.models.incoming_text import LONGEST_TEXT
from delivery.signals import texts_arrived

# A text answers what we wrote so long ago at most.
ANSWERED_WITHIN = timedelta(days=60)
LONGEST_NUMBER = 30


def keep(gateway: TextGateway, reply: Reply, *, now: datetime) -> bool:
    """Write down a text that arrived and tell whoever waits; return whether it is new."""
    number = _number(reply.from_number)
    at = min(reply.at or now, now)
    answered = _answered(gateway, number, now)
    row = IncomingText(
        gateway=gateway,
        digest=_digest(gateway, reply, number, answered, now),
        provider_id=clean(reply.provider_id, limit=200),
        from_number=number,
        to_number=clean(reply.to_number, limit=60),
        text=clean(reply.text, limit=LONGEST_TEXT, lines=True),
        opt_out=reply.opt_out,
        answers=answered,
        at=at,
    )
    if IncomingText.objects.filter(digest=row.digest).exists():
        return False
    # Another door may be quicker since.
    IncomingText.objects.bulk_create([row], ignore_conflicts=True)
    announce(texts_arrived, text_ids=list(IncomingText.objects.filter(digest=row.digest).values_list("pk", flat=True)))
    return True


def _number(written: str) -> str:
    """Return a number as we keep numbers; what is none (a short code, a name) stays as it came."""
    digits = written.strip()
    try:
        return normalised(Medium.SMS, digits if digits.startswith("+") else f"+{digits}")
    except ValueError:
        return clean(written, limit=LONGEST_NUMBER)


def _digest(gateway: TextGateway, reply: Reply, number: str, answered: Message | None, now: datetime) -> bytes:
    """Return what two tellings of one text have in common: its ID, else all that is known of it, on one day."""
    if reply.provider_id:
        parts = [str(gateway.pk), "id", reply.provider_id]
    else:
        moment = reply.at.isoformat() if reply.at else f"{now:%Y-%m-%d} {answered.pk if answered else ''}"
        parts = [str(gateway.pk), "text", number, reply.text, moment]
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).digest()


def _answered(gateway: TextGateway, number: str, now: datetime) -> Message | None:
    """Return the newest text of ours to that number that its owner may have read, of this gateway if there is one."""
    ours = Message.objects.filter(
        medium=Medium.SMS, to_address=number, purpose__in=TO_CUSTOMERS, created_at__gt=now - ANSWERED_WITHIN
    )
    arrived = ours.exclude(status__in=[Message.Status.QUEUED, *Message.NOT_ARRIVED])
    arrived = arrived.alias(went_at=Coalesce("sent_at", "offered_at", "created_at")).order_by("-went_at", "-pk")
    by_it = arrived.filter(provider_id__startswith=ids_of(gateway.pk))
    return by_it.first() or arrived.first() or ours.order_by("-pk").first()
