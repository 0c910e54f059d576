"""The rows of the outbox while they are on their way: claimed, recorded, given back.

The lease of a claim is measured by the database's own clock: it is one clock for all workers, and moving the clock of
Plumb takes no message out of the hands of a worker that is sending it.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Now

from delivery import backoff
from delivery.media.email import bounces
from delivery.models import Message

Status = Message.Status

CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM delivery_message
        WHERE status = 'queued' AND medium = %s AND send_after <= %s
        ORDER BY send_after, id
        LIMIT %s
        FOR UPDATE SKIP LOCKED
    )
    UPDATE delivery_message AS message SET status = 'sending', claimed_at = clock_timestamp()
    FROM due WHERE message.id = due.id
    RETURNING message.*
"""
# Not waiting for the disk makes sending several times faster. The note is safe at once from whatever happens to a
# worker, and within a second from a crash of PostgreSQL: what that loses is sent again with the same Message-ID.
NOTE = """
    SET LOCAL synchronous_commit = off;
    INSERT INTO delivery_handover (message_id, at, provider_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
# A message that was taken for stuck meanwhile has been sent all the same; a provider's news may have come first.
FOLD = """
    WITH noted AS (DELETE FROM delivery_handover {which} RETURNING message_id, at, provider_id)
    UPDATE delivery_message AS message SET
        status = CASE WHEN message.status IN ('sending', 'queued') THEN 'sent' ELSE message.status END,
        attempts = message.attempts + 1, sent_at = COALESCE(message.sent_at, noted.at), changed_at = %(now)s,
        has_news = true, provider_id = noted.provider_id, error = ''
    FROM noted WHERE message.id = noted.message_id
"""


def lease() -> timedelta:
    """Return how long a claim stands; after that its worker counts as killed."""
    return timedelta(seconds=settings.SENDING_LEASE_SECONDS)


def claim(medium: str, *, limit: int, now: datetime) -> list[Message]:
    """Take up to `limit` due messages, in due order; no other worker gets the same ones."""
    claimed = Message.objects.raw(CLAIM, [medium, now, limit])
    return sorted(claimed, key=lambda message: (message.send_after, message.pk))


def note_sent(message: Message, *, provider_id: str, now: datetime) -> None:
    """Note that the message was handed over: from now on no kill makes it go out again."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [message.pk, now, provider_id])


def fold(messages: Sequence[Message], *, now: datetime) -> None:
    """Mark as sent those of `messages` that were noted as handed over."""
    with connection.cursor() as cursor:
        ids = [message.pk for message in messages]
        cursor.execute(FOLD.format(which="WHERE message_id = ANY(%(ids)s)"), {"ids": ids, "now": now})


def record_final(message: Message, *, status: str, error: str, now: datetime) -> None:
    failed_at = None if status == Status.CANCELLED else now
    bounce = {Status.BOUNCED: Message.Bounce.HARD, Status.FAILED: bounces.of_status(error)}.get(Status(status), "")
    _held([message]).update(
        status=status,
        error=error,
        failed_at=failed_at,
        bounce=bounce,
        changed_at=now,
        has_news=True,
        attempts=F("attempts") + 1,
    )


def record_temporary(message: Message, *, error: str, now: datetime) -> None:
    """Queue the message again after a growing delay; after the last attempt it has failed."""
    delay = backoff.delay_after(message.attempts + 1, jitter=random.random())  # noqa: S311
    if delay is None:
        record_final(message, status=Status.FAILED, error=error, now=now)
    else:
        _held([message]).update(
            status=Status.QUEUED, error=error, send_after=now + delay, changed_at=now, attempts=F("attempts") + 1
        )


def release(messages: Sequence[Message]) -> None:
    """Give back what was claimed and not tried: due as before, no attempt counted."""
    _held(messages).update(status=Status.QUEUED)


def recover(*, now: datetime) -> int:
    """Queue again whatever a killed worker left, and return how many messages that were.

    What they noted as handed over counts as sent. One more each may have been handed over and not noted: an e-mail
    repeats with the same Message-ID, which mail systems recognise. The attempt is counted, so that a message that
    kills workers stops one day.
    """
    with connection.cursor() as cursor:
        cursor.execute(FOLD.format(which=""), {"now": now})
    left = Message.objects.filter(status=Status.SENDING, claimed_at__lt=Now() - lease())
    left.filter(attempts__gte=backoff.MOST_ATTEMPTS).update(
        status=Status.FAILED,
        error="The worker that sent it was killed again and again.",
        failed_at=now,
        changed_at=now,
        has_news=True,
    )
    return left.update(status=Status.QUEUED, attempts=F("attempts") + 1)


def _held(messages: Sequence[Message]) -> models.QuerySet[Message]:
    return Message.objects.filter(pk__in=[message.pk for message in messages], status=Status.SENDING)
