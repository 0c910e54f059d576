"""What people do in the chats of our numbers, as Meta tells it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from accounts import tokens
from accounts.addresses import short
from accounts.media import Medium
from delivery.correspondence import TO_CUSTOMERS
from delivery.media.messenger import arrivals
from delivery.media.messenger.arrivals import ANSWERED_WITHIN, WHOLE_SECOND, read_by
from delivery.media.whatsapp import updates
from delivery.media.whatsapp.carrier import message_name
from delivery.media.whatsapp.updates import PhoneNews, PhonePress, PhoneWords, Preference
from delivery.models import ChatEvent, IncomingText, Message, WhatsAppNumber

# Meta tries for a week to tell something; what it dates before that has no date.
TOLD_WITHIN = timedelta(days=8)
Kind = ChatEvent.Kind


def keep(number: WhatsAppNumber, messages: Iterable[Mapping[str, Any]], *, now: datetime) -> None:
    """Write down what was told of customers, in its order. A repeat changes nothing.

    `messages`: as Meta tells them, of one number.
    """
    arrivals.keep(_rows(number, [update for one in messages if (update := updates.read(one))], now))


def _rows(number: WhatsAppNumber, read: Iterable[PhoneNews], now: datetime) -> Iterator[ChatEvent | IncomingText]:
    for told, arrived_at in arrivals.in_turn(read, now):
        update = _at_our_address(number, told)
        # Meta tells things late and in any order, and says when they were done; it leaves out what is less.
        is_dated = update.at is not None and update.at > now - TOLD_WITHIN
        at = min(update.at + WHOLE_SECOND, arrived_at) if update.at and is_dated else arrived_at
        yield _row_of_words(number, update, at) if isinstance(update, PhoneWords) else _event(number, update, at)


def _at_our_address(number: WhatsAppNumber, update: PhoneNews) -> PhoneNews:
    """Return what was done as that of the phone we wrote to, which Meta may spell otherwise or keep to itself."""
    if not update.answers:
        return update
    ours = Message.objects.filter(provider_id=message_name(number.pk, update.answers), medium=Medium.WHATSAPP)
    phone = ours.values_list("to_address", flat=True).first()
    return replace(update, phone=phone) if phone else update


def _event(number: WhatsAppNumber, update: PhoneNews, at: datetime) -> ChatEvent:
    row = ChatEvent(
        whatsapp=number,
        update=short(_digest(number, update)),
        kind=Kind.PRESS,
        chat=update.phone,
        at=at,
        arrived_at=at,
    )
    if isinstance(update, Preference):
        row.kind = Kind.UNBLOCKED if update.may_write else Kind.BLOCKED
    elif isinstance(update, PhonePress):
        pressed = update.pressed
        row.action, row.value = pressed.action.value, pressed.value
        # As everywhere only the digest of the link is kept.
        row.link = tokens.digest(pressed.token) if pressed.token else None
    return row


def _row_of_words(number: WhatsAppNumber, words: PhoneWords, at: datetime) -> IncomingText:
    return IncomingText(
        whatsapp=number,
        digest=_digest(number, words),
        provider_id=message_name(number.pk, words.replaces or words.name),
        from_number=words.phone,
        to_number=str(number)[:60],
        text=words.text,
        replaces=bool(words.replaces),
        answers=_answered(number, words, at),
        at=at,
        arrived_at=at,
    )


def _digest(number: WhatsAppNumber, update: PhoneNews) -> bytes:
    """Return what two tellings of one thing have in common."""
    return hashlib.sha256(f"whatsapp\0{number.phone_number_id}\0{update.name}".encode()).digest()


def _answered(number: WhatsAppNumber, words: PhoneWords, at: datetime) -> Message | None:
    """Return the message of ours that the words answer.

    It is the one they reply to, else the newest to that phone by then; where that is a word in the chat about an ask,
    the newest message of the ask. Words that were changed answer what they answered before.
    """
    if words.replaces:
        written = IncomingText.objects.filter(provider_id=message_name(number.pk, words.replaces))
        if earlier := written.select_related("answers").order_by("pk").first():
            return earlier.answers
    ours = Message.objects.filter(medium=Medium.WHATSAPP, to_address=words.phone, context__brand_id=number.brand_id)
    spoken = ours.filter(purpose__in=[*TO_CUSTOMERS, Message.Purpose.ECHO])
    named = spoken.filter(provider_id=message_name(number.pk, words.answers)).first() if words.answers else None
    fresh = ours.filter(created_at__gt=at - ANSWERED_WITHIN)
    asking = fresh.filter(purpose__in=TO_CUSTOMERS) | fresh.filter(purpose=Message.Purpose.ECHO, context__asks=True)
    newest = named or read_by(at, asking).first()
    if newest is None or newest.purpose != Message.Purpose.ECHO:
        return newest
    asks = fresh.filter(purpose__in=TO_CUSTOMERS, context__invitation=newest.context.get("invitation"))
    return read_by(at, asks).first()
