"""What people do in the chats of our bots: each is a row before anything comes of it, and told twice it is one row."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from accounts import tokens
from accounts.languages import supported
from accounts.media import Medium
from accounts.news import announce
from accounts.prepared import Prepared
from delivery.correspondence import TO_CUSTOMERS
from delivery.media.telegram import joining, updates
from delivery.media.telegram.buttons import ASKING
from delivery.media.telegram.carrier import message_name
from delivery.media.telegram.updates import Membership, Press, Start, Update, Written
from delivery.models import ChatEvent, IncomingText, Message, TelegramBot
from delivery.signals import chats_moved, texts_arrived

log = structlog.get_logger(__name__)

# Words answer what we wrote so long ago at most.
ANSWERED_WITHIN = timedelta(days=60)
# Telegram leaves out what is less.
WHOLE_SECOND = timedelta(seconds=1)
Kind = ChatEvent.Kind
TYPES = {
    "bot_id": "bigint", "update": "bigint", "kind": "text", "chat": "text", "query": "text", "message_id": "bigint",
    "action": "text", "value": "bigint", "link": "bytea", "subject": "bigint", "language": "text", "became": "text",
    "at": "timestamptz", "arrived_at": "timestamptz",
}  # fmt: skip
COLUMNS = tuple(TYPES)
INSERT = Prepared(
    "plumb_chat_event",
    f"""
INSERT INTO delivery_chatevent ({", ".join(COLUMNS)}) VALUES ({", ".join(f"%({name})s" for name in COLUMNS)})
ON CONFLICT (bot_id, update) DO NOTHING RETURNING id
""",  # noqa: S608 put together from the constants above
    TYPES,
)


def keep(bot: TelegramBot, told: Iterable[Mapping[str, Any]], *, now: datetime) -> None:
    """Write down what Telegram tells, in its order, and tell whoever waits. A repeat changes nothing."""
    read = [update for one in told if (update := updates.read(one))]
    # What was told at once came one after the other: a press after a score that was written is the answer.
    moments = [now - timedelta(microseconds=left) for left in reversed(range(len(read)))]
    arrived = list(zip(read, moments, strict=True))
    written, is_news = [], False
    for update, at in arrived:
        if isinstance(update, Written):
            # What was pressed just before says what the words answer.
            written.append(_row_of_words(bot, update, at))
        else:
            is_news |= _keep_event(_event(bot, update, at))
    # What was told before is no news.
    if is_news:
        announce(chats_moved, bot_id=bot.pk)
    if written:
        IncomingText.objects.bulk_create(written, ignore_conflicts=True)
        rows = IncomingText.objects.untaken().filter(digest__in=[row.digest for row in written])
        announce(texts_arrived, text_ids=list(rows.values_list("pk", flat=True)))


def _keep_event(event: ChatEvent) -> bool:
    """Write an event down, and return whether it is new."""
    is_new = INSERT.run({name: getattr(event, name) for name in COLUMNS}) is not None
    if is_new and event.kind != Kind.BLOCKED:
        # A refusal of before that nobody has taken up yet says nothing of a chat that is open now.
        before = Message.objects.filter(medium=Medium.TELEGRAM, to_address=event.chat)
        before.filter(failed_at__lt=event.at + WHOLE_SECOND).exclude(bounce="").update(bounce="")
    return is_new


def _event(bot: TelegramBot, update: Update, now: datetime) -> ChatEvent:
    row = ChatEvent(
        bot=bot,
        update=update.number,
        kind=_kind(update),
        chat=bot.address_of(update.chat),
        language=supported(update.language, default=""),
        at=min(update.at or now, now),
        arrived_at=now,
    )
    if isinstance(update, Press):
        row.query, row.message_id = update.query, update.message_id
        if pressed := update.pressed:
            row.action, row.value = pressed.action.value, pressed.value
            # As everywhere only the digest of the link is kept.
            row.link = tokens.digest(pressed.token) if pressed.token else None
    elif isinstance(update, Start):
        row.subject = joining.contact_of(bot.pk, update.payload, now=now)
    return row


def _kind(update: Update) -> Kind:
    if isinstance(update, Membership):
        return Kind.UNBLOCKED if update.may_write else Kind.BLOCKED
    return Kind.PRESS if isinstance(update, Press) else Kind.START


def _row_of_words(bot: TelegramBot, words: Written, now: datetime) -> IncomingText:
    chat = bot.address_of(words.chat)
    return IncomingText(
        bot=bot,
        digest=hashlib.sha256(f"telegram\0{bot.number}\0{words.number}".encode()).digest(),
        provider_id=message_name(bot, words.chat, words.message_id),
        from_number=chat,
        to_number=str(bot),
        text=words.text,
        replaces=words.is_edited,
        answers=_answered(bot, words, chat, now),
        at=min(words.at or now, now),
        arrived_at=now,
    )


def _answered(bot: TelegramBot, words: Written, chat: str, now: datetime) -> Message | None:
    """Return the message of ours that the words answer.

    It is the one they reply to; else the one whose button was pressed last, where that shows a question and nothing of
    ours went since; else the newest in the chat. Words that were changed answer what they answered before.
    """
    if words.is_edited:
        written = IncomingText.objects.filter(bot=bot, provider_id=message_name(bot, words.chat, words.message_id))
        if earlier := written.select_related("answers").order_by("pk").first():
            return earlier.answers
    ours = Message.objects.filter(medium=Medium.TELEGRAM, to_address=chat, purpose__in=TO_CUSTOMERS)
    if words.answers is not None:
        named = ours.filter(provider_id=message_name(bot, words.chat, words.answers)).first()
        if named:
            return named
    newest = ours.filter(created_at__gt=now - ANSWERED_WITHIN).newest_read().first()
    pressed = ChatEvent.objects.presses_in(chat, until=now).first()
    if newest is None or pressed is None or not _asks(pressed) or pressed.arrived_at <= newest.left_at:
        return newest
    return ours.filter(provider_id=message_name(bot, words.chat, pressed.message_id)).first() or newest


def _asks(press: ChatEvent) -> bool:
    """Say whether the chat shows a question since that press."""
    return press.action in ASKING
