"""What people do in the chats of our bots, as Telegram tells it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts import tokens
from accounts.languages import supported
from accounts.media import Medium
from delivery.correspondence import TO_CUSTOMERS
from delivery.media.messenger import arrivals
from delivery.media.messenger.arrivals import ANSWERED_WITHIN, asks, read_by
from delivery.media.telegram import joining, updates
from delivery.media.telegram.carrier import message_name
from delivery.media.telegram.updates import Membership, Press, Start, Update, Written
from delivery.models import ChatEvent, IncomingText, Message, TelegramBot
from delivery.models.message import MessageQuerySet

# Telegram keeps news for a day; what it dates before that has no date.
TOLD_WITHIN = timedelta(hours=25)
Kind = ChatEvent.Kind


def keep(bot: TelegramBot, told: Iterable[Mapping[str, Any]], *, now: datetime) -> None:
    """Write down what Telegram tells, in its order. A repeat changes nothing."""
    arrivals.keep(_rows(bot, [update for one in told if (update := updates.read(one))], now))


def _rows(bot: TelegramBot, read: Iterable[Update], now: datetime) -> Iterator[ChatEvent | IncomingText]:
    for update, at in arrivals.in_turn(read, now):
        # What was pressed just before says what words answer.
        yield _row_of_words(bot, update, at) if isinstance(update, Written) else _event(bot, update, at)


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
    chat, is_dated = bot.address_of(words.chat), words.at is not None and words.at > now - TOLD_WITHIN
    at = min(words.at, now) if words.at and is_dated else now
    return IncomingText(
        bot=bot,
        digest=hashlib.sha256(f"telegram\0{bot.number}\0{words.number}".encode()).digest(),
        provider_id=message_name(bot, words.chat, words.message_id),
        from_number=chat,
        to_number=str(bot),
        text=words.text,
        replaces=words.is_edited,
        answers=_answered(bot, words, chat, at=at, now=now),
        at=at,
        arrived_at=now,
    )


def _answered(bot: TelegramBot, words: Written, chat: str, *, at: datetime, now: datetime) -> Message | None:
    """Return the message of ours that the words answer, written `at` a moment and told `now`.

    It is the one they reply to; else the one whose button was pressed last, where that shows a question and nothing of
    ours went since; else the newest in the chat by then. Words that were changed answer what they answered before.
    """
    if words.is_edited:
        written = IncomingText.objects.filter(bot=bot, provider_id=message_name(bot, words.chat, words.message_id))
        if earlier := written.select_related("answers").order_by("pk").first():
            return earlier.answers
    ours = Message.objects.filter(medium=Medium.TELEGRAM, to_address=chat, purpose__in=TO_CUSTOMERS)
    if named := _named(bot, words.chat, words.answers, ours):
        return named
    newest = read_by(at, ours.filter(created_at__gt=at - ANSWERED_WITHIN)).first()
    pressed = ChatEvent.objects.presses_in(chat, until=now).first()
    if newest is None or pressed is None or not asks(pressed) or pressed.arrived_at <= newest.left_at:
        return newest
    return _named(bot, words.chat, pressed.message_id, ours) or newest


def _named(bot: TelegramBot, chat: int, message_id: int | None, ours: MessageQuerySet) -> Message | None:
    """Return which of the messages stands in a chat under an ID; where that is a word about an ask, the newest of the
    ask."""
    if message_id is None:
        return None
    spoken = Message.objects.filter(medium=Medium.TELEGRAM, provider_id=message_name(bot, chat, message_id)).first()
    if spoken is None or spoken.purpose != Message.Purpose.ECHO:
        return spoken if spoken and spoken.purpose in TO_CUSTOMERS else None
    about = spoken.context.get("invitation")
    return ours.filter(context__invitation=about).newest_read().first() if about else None
