import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction

from accounts import clock
from accounts.news import announce
from accounts.nudges import nudge
from delivery import outbox, pacing, sending
from delivery.media.email import mailboxes, reports
from delivery.media.email.addresses import spellings
from delivery.media.email.mailboxes import Read
from delivery.models import Message
from delivery.news import News
from delivery.sending import Run, Sent
from delivery.signals import messages_settled

log = structlog.get_logger(__name__)

BATCH = 200


def queue(messages: Sequence[Message]) -> list[Message]:
    """Put messages into the outbox and return them, in the same order, as they are in the database.

    A message whose idempotency key is already there is not written again: the row that is there is returned.
    """
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=1000)
    keys = [message.idempotency_key for message in messages]
    rows = {row.idempotency_key: row for row in Message.objects.filter(idempotency_key__in=keys)}
    return [rows[key] for key in keys]


def send_due(medium: str = "email", *, limit: int = BATCH, run: Run | None = None, now: datetime | None = None) -> Sent:
    """Claim up to `limit` due messages, hand them over and record each at once.

    Safe to run many times at once: a message is claimed by one worker only. A worker killed between hand-over and
    record repeats at most that one message, with the same Message-ID.
    """
    if run is None:
        with sending.run(medium) as run:
            return send_due(medium, limit=limit, run=run, now=now)
    messages = outbox.claim(medium, limit=run.pace.at_most(limit, sending.hold_seconds()), now=now or clock.now())
    if not messages:
        return Sent()
    try:
        return sending.send_batch(messages, run)
    finally:
        announce(messages_settled, message_ids=[message.pk for message in messages])


def drain(medium: str = "email", *, seconds: float) -> bool:
    """Send due messages over one connection for about so many seconds; return whether more may be due.

    At most EMAIL_CONNECTIONS drains work at once; another one returns at once, its work is being done.
    """
    until = time.monotonic() + seconds
    with pacing.seat() as free:
        if not free:
            return False
        with sending.run(medium) as run:
            while time.monotonic() < until:
                sent = send_due(medium, run=run)
                # Nothing due, or nobody there to take it: the next nudge tries again.
                if sent.claimed == 0 or (sent.released and not sent.handed_over):
                    return False
    return True


def recover_stuck() -> int:
    """Queue again what killed workers left claimed, and return how many messages that were."""
    return outbox.recover(now=clock.now())


@transaction.atomic
def hear(news: News) -> bool:
    """Take a provider's news of one message; return whether it changed anything. News of other mail is passed over."""
    message = Message.objects.select_for_update().about(news.provider_id, news.message_id).first()
    if message is None or not _is_about(news, message):
        log.info("news of a message that is not ours", provider_id=news.provider_id, message_id=news.message_id)
        return False
    changed = False
    if news.delivered:
        changed = message.mark_delivered(at=news.at)
    if news.undeliverable:
        changed = message.mark_undeliverable(error=news.undeliverable, at=news.at, bounce=news.bounce)
    if news.objection:
        changed |= message.mark_objected(objection=news.objection, at=news.at)
    if changed:
        announce(messages_settled, message_ids=[message.pk])
    return changed


def _is_about(news: News, message: Message) -> bool:
    """Say whether the news names the recipient of this message: its Message-ID alone can be guessed."""
    return not news.recipients or bool(news.recipients & set(spellings(message.to_address)))


def read_reports() -> Read:
    """Take the news out of the mail systems' reports that have arrived; reading a report twice changes nothing."""
    read = Read()
    if settings.BOUNCE_DROP_DIR:
        read += mailboxes.read_folder(Path(settings.BOUNCE_DROP_DIR), take_report)
    if settings.BOUNCE_IMAP_URL:
        read += mailboxes.read_imap(settings.BOUNCE_IMAP_URL, take_report)
    return read


def take_report(raw: bytes) -> bool:
    """Take the news out of one mail; return False when it is no report."""
    found = reports.read(raw, now=clock.now())
    for news in found or []:
        hear(news)
    return found is not None


@transaction.atomic
def retry(messages: Iterable[Message]) -> int:
    """Queue messages that failed once more, at once, and return how many those were."""
    ids = [message.pk for message in messages]
    locked = Message.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    retried = [message.pk for message in locked if message.retry(at=clock.now())]
    announce(messages_settled, message_ids=retried)
    nudge("delivery.send_messages")
    return len(retried)
