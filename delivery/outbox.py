"""The rows of the outbox while they are on their way: claimed, recorded, given back.

The lease of a claim is measured by the database's own clock: it is one clock for all workers, and moving the clock of
Plumb takes no message out of the hands of a worker that is sending it. The number of a claim is the fence: whatever a
worker records under a number that is not the message's own any more changes nothing.
"""

import json
import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from accounts import company_clock
from accounts.batches import SetAside, each_alone, one_by_one
from accounts.plaintext import clean
from accounts.prepared import Prepared
from delivery import backoff
from delivery.models import Handover, Message
from delivery.news import News
from delivery.reputation import counts

Status = Message.Status

LONGEST_ERROR = 1000
PROVIDER_ID_LENGTH = Handover._meta.get_field("provider_id").max_length
KILLED_AGAIN_AND_AGAIN = gettext_noop("The worker that sent it was killed again and again.")
KILLED_AT_IT = gettext_noop("The worker was killed while it handed this over: it may have been sent or not.")

# Written by one statement of its own, for a judge queues thousands at a time. What is not named here begins empty.
PUT = """
    INSERT INTO delivery_message (medium, purpose, to_address, to_name, language, template, context, idempotency_key,
        send_after, created_at, changed_at, status, attempts, provider_id, error)
    SELECT n.*, 'queued', 0, '', ''
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::text[],
        %s::timestamptz[], %s::timestamptz[], %s::timestamptz[]) AS n
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING idempotency_key, id
"""
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM delivery_message
        WHERE status = 'queued' AND medium = %s AND send_after <= %s
        ORDER BY send_after, id
        LIMIT %s
        FOR UPDATE SKIP LOCKED
    )
    UPDATE delivery_message AS message
    SET status = 'sending', claimed_at = clock_timestamp(), claim = message.claim + 1, offered_at = NULL
    FROM due WHERE message.id = due.id
    RETURNING message.*
"""
# One commit that waits for the disk for all of them. The cost is made anew, so that a repeat adds nothing.
OFFER = """
    WITH offered AS (
        UPDATE delivery_message AS message SET offered_at = %s, cost = held.cost + held.added
        FROM unnest(%s::bigint[], %s::integer[], %s::numeric[], %s::numeric[]) AS held (id, claim, cost, added)
        WHERE message.id = held.id AND message.claim = held.claim AND message.status = 'sending'
        RETURNING message.id, message.claim, held.added
    )
    INSERT INTO delivery_untried (message_id, claim, cost) SELECT id, claim, added FROM offered
    ON CONFLICT (message_id) DO UPDATE SET claim = EXCLUDED.claim, cost = EXCLUDED.cost
    RETURNING message_id
"""
# Whoever takes the row away hands the message over; whoever ends the claim takes it away too, and one of them finds it.
BEGIN = Prepared(
    "plumb_begin",
    """
    DELETE FROM delivery_untried AS untried USING delivery_message AS message
    WHERE untried.message_id = %(message)s AND untried.claim = %(claim)s
        AND message.id = untried.message_id AND message.claim = untried.claim AND message.status = 'sending'
    RETURNING untried.message_id
    """,
    {"message": "bigint", "claim": "integer"},
)
# What was offered and not handed over was never offered.
WITHDRAW = """
    WITH untried AS (
        DELETE FROM delivery_untried AS untried USING delivery_message AS message
        WHERE message.id = untried.message_id AND message.claim = untried.claim AND message.id = ANY(%s)
        RETURNING untried.message_id, untried.cost
    )
    UPDATE delivery_message AS message SET offered_at = NULL, cost = message.cost - untried.cost
    FROM untried WHERE message.id = untried.message_id
"""
# Not waiting for the disk makes sending several times faster. The note is safe at once from whatever happens to a
# worker, and within a second from a crash of PostgreSQL: what that loses is in doubt, as after a kill.
NOTE = Prepared(
    "plumb_note",
    """
    INSERT INTO delivery_handover AS noted (message_id, claim, at, provider_id, sender_domain)
    VALUES (%(message)s, %(claim)s, %(at)s, %(provider_id)s, %(sender_domain)s)
    ON CONFLICT (message_id) DO UPDATE
    SET claim = EXCLUDED.claim, at = EXCLUDED.at, provider_id = EXCLUDED.provider_id,
        sender_domain = EXCLUDED.sender_domain
    WHERE noted.claim < EXCLUDED.claim
    """,
    {
        "message": "bigint",
        "claim": "integer",
        "at": "timestamptz",
        "provider_id": "text",
        "sender_domain": "text",
    },
    waits=False,
)
# A provider's news may have come first. A note of a claim that is over is thrown away: its worker outlived its lease.
# Each letter is counted for its domain in the statement that takes its note away, so it is counted once.
FOLD = """
    WITH noted AS (
        DELETE FROM delivery_handover WHERE message_id = ANY(%(ids)s)
        RETURNING message_id, claim, at, provider_id, sender_domain
    ), folded AS (
        UPDATE delivery_message AS message SET
            status = CASE WHEN message.status = 'sending' THEN 'sent' ELSE message.status END,
            attempts = message.attempts + 1, sent_at = COALESCE(message.sent_at, noted.at), changed_at = %(now)s,
            has_news = true, provider_id = noted.provider_id, sender_domain = noted.sender_domain,
            error = CASE WHEN message.status = 'sending' THEN '' ELSE message.error END
        FROM noted WHERE message.id = noted.message_id AND message.claim = noted.claim
        RETURNING noted.sender_domain, (noted.at AT TIME ZONE %(zone)s)::date AS day
    ), counted AS (
        INSERT INTO delivery_sendingday AS counted (domain, day, handed_over, bounces, complaints)
        SELECT sender_domain, day, count(*), 0, 0 FROM folded WHERE sender_domain <> '' GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (domain, day) WHERE NOT is_over
        DO UPDATE SET handed_over = counted.handed_over + EXCLUDED.handed_over
    )
    SELECT count(*) FROM folded
"""
# Only what was handed over can arrive; whatever else the news may mean is looked at row by row.
ARRIVED = """
    WITH arrived AS (
        UPDATE delivery_message SET
            status = 'delivered', delivered_at = %(at)s, sent_at = COALESCE(sent_at, %(at)s), changed_at = %(now)s,
            has_news = true
        WHERE id = %(message)s AND provider_id = %(provider_id)s AND status IN ('sending', 'sent', 'unknown')
        RETURNING id
    )
    SELECT EXISTS (SELECT FROM arrived), EXISTS (
        SELECT FROM delivery_message
        WHERE id = %(message)s AND provider_id = %(provider_id)s AND status = 'delivered'
    )
"""
ARRIVING = Prepared(
    "plumb_arrival",
    ARRIVED,
    {"message": "bigint", "provider_id": "text", "at": "timestamptz", "now": "timestamptz"},
)
RELEASE = """
    WITH given_back AS (
        UPDATE delivery_message AS message SET status = 'queued', cost = held.cost
        FROM unnest(%s::bigint[], %s::integer[], %s::numeric[]) AS held (id, claim, cost)
        WHERE message.id = held.id AND message.claim = held.claim AND message.status = 'sending'
        RETURNING message.id, message.claim
    )
    DELETE FROM delivery_untried AS untried USING given_back
    WHERE untried.message_id = given_back.id AND untried.claim = given_back.claim
"""


def lease() -> timedelta:
    """Return how long a claim stands; after that its worker counts as killed."""
    return timedelta(seconds=settings.SENDING_LEASE_SECONDS)


def put(messages: Sequence[Message]) -> dict[str, int]:
    """Write messages that wait to be sent; return the primary keys of those that are new by their idempotency keys."""
    rows = [
        (
            m.medium, m.purpose, m.to_address, m.to_name, m.language, m.template, json.dumps(m.context),
            m.idempotency_key, m.send_after, m.created_at, m.changed_at,
        )
        for m in messages
    ]  # fmt: skip
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(PUT, [list(column) for column in zip(*rows, strict=True)])
        return dict(cursor.fetchall())


def claim(medium: str, *, limit: int, now: datetime) -> list[Message]:
    """Take up to `limit` due messages, in due order; no other worker gets the same ones."""
    claimed = Message.objects.raw(CLAIM, [medium, now, limit])
    return sorted(claimed, key=lambda message: (message.send_after, message.pk))


def offer(offered: Sequence[tuple[Message, Decimal]], *, now: datetime) -> set[int]:
    """Note that messages are about to be handed over, and what each costs; return the primary keys of those noted.

    For media whose messages are not sent again: after a crash only what was offered is in doubt. One that is not noted
    cannot be, or its claim is over. A repeat changes nothing.
    """
    noted = each_alone(offered, lambda some: _offer(some, now))
    return set().union(*noted.results)


def _offer(offered: Sequence[tuple[Message, Decimal]], now: datetime) -> set[int]:
    rows = [(message.pk, message.claim, message.cost, cost) for message, cost in offered]
    with connection.cursor() as cursor:
        cursor.execute(OFFER, [now, *(list(column) for column in zip(*rows, strict=True))])
        return {pk for (pk,) in cursor.fetchall()}


def begin(message: Message) -> bool:
    """Note that a message which was offered is handed over now: from here on a kill leaves it in doubt.

    Return False when the claim is over, and also when PostgreSQL crashed since: it can be offered again then.
    """
    return BEGIN.run({"message": message.pk, "claim": message.claim}) is not None


def note_sent(message: Message, *, provider_id: str, now: datetime) -> None:
    """Note that the message was handed over: from now on no kill makes it go out again."""
    said = clean(provider_id, limit=PROVIDER_ID_LENGTH)
    noted = {"message": message.pk, "claim": message.claim, "at": now, "provider_id": said}
    NOTE.run(noted | {"sender_domain": message.sender_domain}, returns=False)


def note_arrival(news: News, *, now: datetime) -> bool | None:
    """Note that a message arrived; return False when that was known, None when the news is not of such a message."""
    told = {"message": news.message, "provider_id": news.provider_id, "at": news.at, "now": now}
    arrived, known = ARRIVING.run(told) or (False, False)
    return arrived if arrived or known else None


def fold(message_ids: Sequence[int], *, now: datetime) -> int:
    """Mark as sent those messages that were noted as handed over, and return how many that were.

    One that cannot be marked so holds up no other: it is unknown, with the reason, until a person decides.
    """
    folded = each_alone(message_ids, lambda ids: _fold(ids, now))
    one_by_one(folded.set_aside, lambda failed: _set_aside(failed, now))
    return sum(folded.results)


def _fold(message_ids: Sequence[int], now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FOLD, {"ids": list(message_ids), "now": now, "zone": company_clock.zone().key})
        (folded,) = cursor.fetchone()
    return int(folded)


def _set_aside(failed: SetAside[int], now: datetime) -> None:
    Message.objects.filter(pk=failed.row, status=Status.SENDING).update(
        status=Status.UNKNOWN, error=failed.reason, changed_at=now, has_news=True
    )
    Handover.objects.filter(pk=failed.row).delete()


def record_final(
    message: Message, *, status: str, error: str, bounce: str = "", objection: str = "", now: datetime
) -> bool:
    """Record that the message will not be sent; `bounce` and `objection` are what that says of its address and of its
    recipient. False: the claim is over.

    One that came back from the domain it was to come from counts there, in the same transaction."""
    said = {"objection": objection, "objected_at": now} if objection and not message.objection else {}
    with transaction.atomic():
        is_recorded = _record(
            message,
            status=status,
            error=clean(error, limit=LONGEST_ERROR),
            failed_at=None if status == Status.CANCELLED else now,
            bounce=bounce,
            changed_at=now,
            has_news=True,
            attempts=F("attempts") + 1,
            cost=message.cost,
            sender_domain=message.sender_domain,
            **said,
        )
        if is_recorded and bounce == Message.Bounce.HARD and message.sender_domain:
            counts.refused(message, at=now)
    return is_recorded


def record_unknown(message: Message, *, error: str, now: datetime) -> bool:
    """Record that nobody knows whether the message was taken; it waits for a person. False: the claim is over."""
    return _record(
        message,
        status=Status.UNKNOWN,
        error=clean(error, limit=LONGEST_ERROR),
        changed_at=now,
        has_news=True,
        attempts=F("attempts") + 1,
    )


def record_temporary(
    message: Message, *, error: str, bounce: str = "", after: timedelta | None = None, now: datetime
) -> bool:
    """Queue the message again after a growing delay; after the last attempt it has failed. False: the claim is over.

    `after`: for how long the other side wants to be left alone, if it says so.
    """
    delay = backoff.delay_after(message.attempts + 1, jitter=random.random())  # noqa: S311
    if delay is None:
        return record_final(message, status=Status.FAILED, error=error, bounce=bounce, now=now)
    return _record(
        message,
        status=Status.QUEUED,
        error=clean(error, limit=LONGEST_ERROR),
        send_after=now + max(delay, after or delay),
        changed_at=now,
        attempts=F("attempts") + 1,
        cost=message.cost,
    )


def keep_back(message: Message, *, until: datetime, now: datetime) -> bool:
    """Let the message wait until a moment, without counting an attempt. False: the claim is over."""
    return _record(message, status=Status.QUEUED, send_after=until, changed_at=now, cost=message.cost)


def release(messages: Sequence[Message]) -> None:
    """Give back what was claimed and not tried: due as before, no attempt counted."""
    with connection.cursor() as cursor:
        held = [(message.pk, message.claim, message.cost) for message in messages]
        cursor.execute(RELEASE, [list(column) for column in zip(*held, strict=True)] if held else [[], [], []])


@transaction.atomic
def call_off(message_ids: Collection[int], *, reason: str, now: datetime) -> set[int]:
    """Keep messages that no worker has claimed from being sent, and return which those were."""
    queued = Message.objects.filter(pk__in=message_ids, status=Status.QUEUED)
    found = set(queued.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Message.objects.filter(pk__in=found).update(status=Status.CANCELLED, error=reason, changed_at=now)
    return found


def recover(medium: str, *, sends_again: bool, now: datetime) -> int:
    """End the claims that killed workers left, and return how many messages are due again by that.

    What was noted as handed over counts as sent. One more of each worker may have been handed over and not noted: with
    `sends_again` it goes again; without, it is unknown until a person decides, and only what was surely not handed
    over is due again. The attempt is counted, so that a message that kills workers stops one day.
    """
    fold(list(Handover.objects.values_list("pk", flat=True)), now=now)
    over_now = Message.objects.filter(medium=medium, status=Status.SENDING, claimed_at__lt=Now() - lease())
    with transaction.atomic():
        # Held until the claims are over: a worker that was asleep neither offers nor begins in between.
        left = list(over_now.select_for_update().order_by("pk").values_list("pk", flat=True))
        return _recover(left, sends_again=sends_again, now=now) if left else 0


def _recover(ids: list[int], *, sends_again: bool, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(WITHDRAW, [ids])
    left = Message.objects.filter(pk__in=ids, status=Status.SENDING)
    over: dict[str, Any] = {"claim": F("claim") + 1, "changed_at": now}
    if not sends_again:
        in_doubt = left.filter(offered_at__isnull=False)
        in_doubt.update(status=Status.UNKNOWN, error=KILLED_AT_IT, has_news=True, attempts=F("attempts") + 1, **over)
    left.filter(attempts__gte=backoff.MOST_ATTEMPTS).update(
        status=Status.FAILED, error=KILLED_AGAIN_AND_AGAIN, failed_at=now, has_news=True, **over
    )
    return left.update(status=Status.QUEUED, attempts=F("attempts") + 1, **over)


def _record(message: Message, **changes: Any) -> bool:
    """Change the message if this worker's claim on it still stands, and say whether it does."""
    held = Message.objects.filter(pk=message.pk, status=Status.SENDING, claim=message.claim)
    return bool(held.update(**changes))
