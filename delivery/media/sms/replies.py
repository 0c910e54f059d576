"""Texts that customers send back: each is a row before anything comes of it, and told twice it is one row."""

import hashlib
from datetime import datetime, timedelta

from accounts.addresses import normalised
from accounts.media import Medium
from accounts.news import announce
from accounts.plaintext import clean
from delivery.correspondence import TO_CUSTOMERS
from delivery.media.sms.carrier import ids_of
from delivery.media.sms.gateway import Reply
from delivery.models import IncomingText, Message, TextGateway
from delivery.models.incoming_text import LONGEST_TEXT
from delivery.models.message import MessageQuerySet
from delivery.signals import texts_arrived

# A text answers what we wrote so long ago at most.
ANSWERED_WITHIN = timedelta(days=60)
LONGEST_NUMBER = 30
# Where a gateway gives its texts no IDs, the same words once more so soon are the same text told again.
REPEATED_WITHIN = timedelta(minutes=5)
# So many digits at the end of a number say whose it is, where its country is left out.
TELLING_DIGITS = 7


def keep(gateway: TextGateway, reply: Reply, *, now: datetime) -> bool:
    """Write down a text that arrived and tell whoever waits; return whether it is new."""
    number = _number(reply.from_number)
    at = min(reply.at or now, now)
    answered = _answered(gateway, number, now)
    digests = [_digest(gateway, reply, number, moment) for moment in _moments(now)]
    row = IncomingText(
        gateway=gateway,
        digest=digests[0],
        provider_id=clean(reply.provider_id, limit=200),
        from_number=number,
        to_number=clean(reply.to_number, limit=60),
        text=clean(reply.text, limit=LONGEST_TEXT, lines=True),
        opt_out=reply.opt_out,
        answers=answered,
        at=at,
    )
    if IncomingText.objects.filter(digest__in=digests).exists():
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


def _moments(now: datetime) -> list[int]:
    """Return the stretch of time that this moment is in, and the one before it."""
    stretch = int(now.timestamp() // REPEATED_WITHIN.total_seconds())
    return [stretch, stretch - 1]


def _digest(gateway: TextGateway, reply: Reply, number: str, stretch: int) -> bytes:
    """Return what two tellings of one text have in common: its ID, else all that is known of it, soon after."""
    if reply.provider_id:
        parts = [str(gateway.pk), "id", reply.provider_id]
    else:
        parts = [str(gateway.pk), "text", number, reply.text, reply.at.isoformat() if reply.at else str(stretch)]
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).digest()


def _whose(number: str, ours: MessageQuerySet) -> str:
    """Return the one number of those we wrote to that ends in this one, where a gateway leaves the country out."""
    digits = "".join(filter(str.isdecimal, number)).lstrip("0")
    if len(digits) < TELLING_DIGITS or ours.filter(to_address=number).exists():
        return number
    ending = set(ours.filter(to_address__endswith=digits).values_list("to_address", flat=True).distinct()[:2])
    return ending.pop() if len(ending) == 1 else number


def _answered(gateway: TextGateway, number: str, now: datetime) -> Message | None:
    """Return the newest text of ours to that number that its owner may have read, of this gateway if there is one."""
    ours = Message.objects.filter(medium=Medium.SMS, purpose__in=TO_CUSTOMERS, created_at__gt=now - ANSWERED_WITHIN)
    ours = ours.filter(to_address=_whose(number, ours))
    arrived = ours.newest_read()
    by_it = arrived.filter(provider_id__startswith=ids_of(gateway.pk))
    return by_it.first() or arrived.first() or ours.order_by("-pk").first()
