"""Letters that wait in the outbox while the domain that they would come from is paused.

They are claimed as all others are, found to wait when they are about to leave, and put back for a while in one
statement, so that the claim has nothing more to look at. Each look calls off what must not go out any more.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_noop

from accounts import clock
from accounts.nudges import nudge
from delivery.models import Message, SendingDomain
from delivery.reputation import ramps
from delivery.reputation.ramp import Ramp

# After so long it is looked again, lest what expires meanwhile wait for ever.
LOOK_AGAIN = timedelta(hours=1)
# What such a letter says of itself in the administration.
WAITS = gettext_noop("The sender's domain is paused.")
PUT_BACK = """
    UPDATE delivery_message AS message
    SET status = 'queued', send_after = %s, error = %s, sender_domain = held.domain, changed_at = %s
    FROM unnest(%s::bigint[], %s::integer[], %s::text[]) AS held (id, claim, domain)
    WHERE message.id = held.id AND message.claim = held.claim AND message.status = 'sending'
"""
LET_GO = """
    UPDATE delivery_message AS message SET send_after = due.at, error = ''
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS due (id, at)
    WHERE message.id = due.id AND message.status = 'queued'
"""


def known(domains: Collection[str]) -> frozenset[str]:
    """Return the paused ones among domains that asks are about to leave from; those that are new become known."""
    paused_at = dict(SendingDomain.objects.filter(name__in=domains).values_list("name", "paused_at"))
    new = [SendingDomain(name=name) for name in sorted(set(domains) - set(paused_at))]
    if new:
        SendingDomain.objects.bulk_create(new, ignore_conflicts=True)
    return frozenset(name for name, at in paused_at.items() if at)


def put_back(messages: Sequence[Message], *, now: datetime | None = None) -> None:
    """Give back messages whose domain is paused: no attempt is counted, and they are looked at again later."""
    now = now or clock.now()
    held = [(message.pk, message.claim, message.sender_domain) for message in messages]
    with connection.cursor() as cursor:
        cursor.execute(PUT_BACK, [now + LOOK_AGAIN, WAITS, now, *map(list, zip(*held, strict=True))])


def release(domain: str, *, ramp: Ramp | None, now: datetime) -> int:
    """Let the letters of a domain that wait go, in their order, and return how many; those that a warm-up leaves no
    room for today are given to the days after it."""
    waiting = Message.objects.filter(status=Message.Status.QUEUED, medium="email", sender_domain=domain, error=WAITS)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, [ids, ramps.moments(domain, ramp, len(ids), now)])
    nudge("delivery.send_messages", medium="email")
    return len(ids)
