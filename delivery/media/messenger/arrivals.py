"""What people do in chats with us: each is a row before anything comes of it, and told twice it is one row."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from accounts.news import announce
from accounts.prepared import Prepared
from delivery.media.messenger.buttons import ASKING
from delivery.models import ChatEvent, IncomingText
from delivery.models.message import MessageQuerySet
from delivery.signals import chats_moved, texts_arrived

# Words answer what we wrote so long ago at most.
ANSWERED_WITHIN = timedelta(days=60)
# Messengers leave out what is less.
WHOLE_SECOND = timedelta(seconds=1)
CLOCKS_DIFFER = timedelta(minutes=1)
TYPES = {
    "bot_id": "bigint", "whatsapp_id": "bigint", "update": "bigint", "kind": "text", "chat": "text", "query": "text",
    "message_id": "bigint", "action": "text", "value": "bigint", "link": "bytea", "subject": "bigint",
    "language": "text", "became": "text", "at": "timestamptz", "arrived_at": "timestamptz",
}  # fmt: skip
COLUMNS = tuple(TYPES)
# A refusal of before that nobody has taken up yet says nothing of a chat that is open now.
INSERT = Prepared(
    "plumb_chat_event",
    f"""
WITH kept AS (
    INSERT INTO delivery_chatevent ({", ".join(COLUMNS)}) VALUES ({", ".join(f"%({name})s" for name in COLUMNS)})
    ON CONFLICT DO NOTHING RETURNING id
),
opened AS (
    UPDATE delivery_message SET bounce = ''
    WHERE %(kind)s <> '{ChatEvent.Kind.BLOCKED}' AND EXISTS (SELECT FROM kept)
      AND medium = %(medium)s AND to_address = %(chat)s
      AND failed_at < %(at)s + interval '{WHOLE_SECOND.seconds} second' AND bounce <> ''
)
SELECT id FROM kept
""",  # noqa: S608 put together from the constants above
    TYPES | {"medium": "text"},
)

Read = TypeVar("Read")


def in_turn(read: Iterable[Read], now: datetime) -> list[tuple[Read, datetime]]:
    """Return with each when it arrived: what was told at once came one after the other.

    A press after a score that was written is the answer.
    """
    told = list(read)
    moments = [now - timedelta(microseconds=left) for left in reversed(range(len(told)))]
    return list(zip(told, moments, strict=True))


def keep(rows: Iterable[ChatEvent | IncomingText]) -> None:
    """Write down what was done and written, in its order, and tell whoever waits. A repeat changes nothing.

    Each row is asked for once what was done before it is there: that says what words answer.
    """
    written, is_news = [], False
    for row in rows:
        if isinstance(row, IncomingText):
            written.append(row)
        else:
            is_news |= _keep_event(row)
    # What was told before is no news.
    if is_news:
        announce(chats_moved)
    if written:
        IncomingText.objects.bulk_create(written, ignore_conflicts=True)
        untaken = IncomingText.objects.untaken().filter(digest__in=[row.digest for row in written])
        announce(texts_arrived, text_ids=list(untaken.values_list("pk", flat=True)))


def read_by(at: datetime, messages: MessageQuerySet) -> MessageQuerySet:
    """Return those that had gone by a moment, newest first: what is told late was said before what went since."""
    return messages.newest_read(by=at + CLOCKS_DIFFER)


def asks(press: ChatEvent) -> bool:
    """Say whether the chat shows a question since a press."""
    return press.action in ASKING and press.became != ChatEvent.DONE


def _keep_event(event: ChatEvent) -> bool:
    """Write an event down, and return whether it is new."""
    row = {name: getattr(event, name) for name in COLUMNS}
    return INSERT.run(row | {"medium": event.account.medium.value}) is not None
