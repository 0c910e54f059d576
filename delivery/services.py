from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from accounts import clock
from accounts.news import announce
from accounts.nudges import nudge
from delivery import media, outbox
from delivery.media import Recovery, Transport
from delivery.models import Handover, Message
from delivery.news import News
from delivery.reputation import breaker, counts
from delivery.signals import messages_settled

log = structlog.get_logger(__name__)

SEND = "delivery.send_messages"


def queue(messages: Sequence[Message]) -> list[Message]:
    """Put messages into the outbox and return them, in the same order, as they are in the database.

    A message whose idempotency key is already there is not written again: the row that is there is returned. Whoever
    sends by their media is told once this is committed.
    """
    put = outbox.put(messages)
    for message in messages:
        message.pk = put.pop(message.idempotency_key, None)
        message._state.adding = message.pk is None
    repeated = [message.idempotency_key for message in messages if message.pk is None]
    there = {row.idempotency_key: row for row in Message.objects.filter(idempotency_key__in=repeated)}
    _nudge_senders(messages)
    return [there.get(message.idempotency_key, message) for message in messages]


def recover_stuck() -> int:
    """End the claims that killed workers left, by the rule of each medium; return how many messages are due again."""
    return sum(_recover(transport) for transport in media.in_use())


def _recover(transport: Transport) -> int:
    sends_again = transport.recovery is Recovery.AGAIN
    due = outbox.recover(transport.medium, sends_again=sends_again, now=clock.now())
    if due:
        nudge(SEND, medium=transport.medium)
    return due


def hear(news: News) -> bool:
    """Take a provider's news of one message; return whether it changed anything. News of other mail is passed over.

    What nearly all news says, that a message arrived, is one statement.
    """
    if news.is_arrival and (arrived := outbox.note_arrival(news, now=clock.now())) is not None:
        if arrived:
            announce(messages_settled, message_ids=[news.message], can_wait=True)
        return arrived
    return _hear(news)


@transaction.atomic
def _hear(news: News) -> bool:
    message = _spoken_of(news)
    if message is None or not _is_about(news, message):
        log.info("news of a message that is not ours", provider_id=news.provider_id, key=news.key)
        return False
    changed = bounced = objected = False
    if news.delivered:
        changed = message.mark_delivered(at=news.at)
        # The price may be told after the arrival; where a gateway had the choice, it is told with what it chose, once.
        is_settled = bool(news.arrived_by) and news.arrived_by == message.arrived_by
        if news.cost is not None and not is_settled and message.status == Message.Status.DELIVERED:
            changed |= message.settle_cost(news.cost, arrived_by=news.arrived_by)
    if news.undeliverable:
        changed = bounced = message.mark_undeliverable(error=news.undeliverable, at=news.at, bounce=news.bounce)
        if changed and news.cost is not None:
            message.settle_cost(news.cost, arrived_by=news.arrived_by)
    if news.objection:
        changed |= (objected := message.mark_objected(objection=news.objection, at=news.at))
    _count(message, news, bounced=bounced, objected=objected)
    if changed:
        announce(messages_settled, message_ids=[message.pk])
    return changed


@transaction.atomic
def hear_sent(message: int, provider_id: str, *, at: datetime) -> bool:
    """Take a provider's word that a message (its key) of which nobody knew was taken; False where that is no news."""
    unknown = Message.objects.select_for_update().filter(pk=message, status=Message.Status.UNKNOWN).first()
    if unknown is None or not unknown.mark_sent(at=at, provider_id=provider_id):
        return False
    announce(messages_settled, message_ids=[message])
    return True


@transaction.atomic
def put_off(message: int, provider_id: str, *, error: str, until: datetime) -> bool:
    """Let a message (its key) that was taken and did not go after all be sent anew at `until`; False where it is known
    by another ID, waits already, or is settled."""
    taken = Message.objects.select_for_update().filter(pk=message, provider_id__in=("", provider_id)).first()
    return taken is not None and taken.put_off(error=error, until=until)


def _count(message: Message, news: News, *, bounced: bool, objected: bool) -> None:
    """Count what just became known against the domain that the letter came from, and see whether it may go on."""
    domain = counts.heard(
        message,
        bounced=bounced and news.bounce == Message.Bounce.HARD,
        complained=objected and news.objection == Message.Objection.COMPLAINED,
        now=clock.now(),
    )
    if domain:
        breaker.look([domain])


def _spoken_of(news: News) -> Message | None:
    """Return the message; of one that was handed over just now only the note of that names its ID.

    One that waits to be sent is meant by its primary key only if it arrived: the news is of its first try.
    """
    messages = Message.objects.select_for_update()
    found = messages.about(news.provider_id, news.key).first()
    if found is None and news.message is not None:
        named = messages.filter(pk=news.message, medium=news.medium, provider_id__in=("", news.provider_id))
        found = (named if news.delivered else named.exclude(status=Message.Status.QUEUED)).first()
    if found is None and news.provider_id:
        noted = Handover.objects.filter(provider_id=news.provider_id, claim=F("message__claim")).values("message_id")
        found = messages.filter(pk__in=noted).first()
    return found


def _is_about(news: News, message: Message) -> bool:
    """Say whether the news names the recipient of this message: its key alone can be guessed."""
    spellings = media.transport_of(message.medium).spellings(message.to_address)
    return not news.recipients or bool(news.recipients & spellings)


@transaction.atomic
def retry(messages: Iterable[Message]) -> int:
    """Queue messages that failed once more, at once, and return how many those were."""
    ids = [message.pk for message in messages]
    locked = Message.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    retried = [message for message in locked if message.retry(at=clock.now())]
    announce(messages_settled, message_ids=[message.pk for message in retried])
    _nudge_senders(retried)
    return len(retried)


def call_off(message_ids: Collection[int], *, reason: str) -> set[int]:
    """Keep these messages from being sent, and return those of them that had not been claimed for it yet.

    Whoever calls one off knows what it means: nobody is told.
    """
    return outbox.call_off(message_ids, reason=reason, now=clock.now())


@transaction.atomic
def confirm_sent(messages: Iterable[Message]) -> int:
    """Take a person's word that messages of which nobody knew were sent, and return how many those were."""
    ids = [message.pk for message in messages]
    locked = Message.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    confirmed = [message.pk for message in locked if message.mark_sent(at=clock.now())]
    announce(messages_settled, message_ids=confirmed)
    return len(confirmed)


def _nudge_senders(messages: Iterable[Message]) -> None:
    for medium in sorted({message.medium for message in messages}):
        nudge(SEND, medium=medium)
