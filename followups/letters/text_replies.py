"""The reply to a customer in a chat or as a text message: its words, with the name of whoever writes below them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import clock
from accounts.media import Medium
from accounts.models import Organisation, User
from delivery.composers import Composed, Parcel, Unsendable, register
from delivery.media.messenger import view
from delivery.media.messenger.view import ChatView
from delivery.media.sms import segments, transport
from delivery.media.sms.segments import Segments
from delivery.media.telegram.content import LONGEST_TEXT
from delivery.media.telegram.transport import bots_that_may_rest, parcel
from delivery.media.whatsapp import transport as whatsapp
from delivery.media.whatsapp import window
from delivery.media.whatsapp.content import content
from delivery.models import Message, TextGateway, WhatsAppNumber
from followups.letters import replies
from followups.letters.replies import TEMPLATE, StaffReply
from followups.models import CodePool, Compensation, Followup

TOO_LONG = gettext_noop("With what it gives the message is too long for a chat.")
TOO_LATE = gettext_noop(
    "The customer wrote more than 24 hours ago, so that WhatsApp takes no words any more. Write by another way."
)
# As long as codes get, in plain letters.
SAMPLE_CODE = "X" * 20


@dataclass(frozen=True)
class TextLook:
    """A reply as the customer gets it. `segments`: how a text message travels, and what it costs where the gateway
    names its price; None of a message in a chat. `may_answer`: whether the customer can write back to it."""

    text: str
    medium: Medium
    length: int
    segments: Segments | None = None
    cost: Decimal | None = None
    currency: str = ""
    may_answer: bool = True

    @property
    def fault(self) -> str:
        """Why it cannot go out, "" where it can."""
        if self.segments and self.segments.parts > segments.MOST_PARTS:
            return _(
                "A text message has at most %(most)d parts, and this one takes %(parts)d with your name: write less."
            ) % {"most": segments.MOST_PARTS, "parts": self.segments.parts}
        if self.segments is None and self.length > LONGEST_TEXT:
            return _(
                "A message in %(messenger)s has at most %(most)d characters, and this one has %(length)d with your"
                " name: write less."
            ) % {"messenger": self.medium.label, "most": LONGEST_TEXT, "length": self.length}
        return ""


def look(followup: Followup, reply: StaffReply, *, by: User, gives: Compensation | CodePool | None = None) -> TextLook:
    """Return what the customer would get, without the code; nothing is written and nothing given."""
    shown, measured = (
        _words(replies.draft(followup, said, to="", key="look", by=by).context, reply.medium)
        for said in (replies.filled(followup, reply, gives), replies.filled(followup, reply, gives, code=SAMPLE_CODE))
    )
    if reply.medium != Medium.SMS:
        return TextLook(shown, reply.medium, view.length(measured))
    gateway = TextGateway.objects.of_brand(replies.brand_of(followup))
    travels = segments.measure(measured)
    return TextLook(
        shown,
        reply.medium,
        travels.units,
        segments=travels,
        cost=gateway.price * travels.parts if gateway and gateway.price else None,
        currency=Organisation.current().currency,
        may_answer=gateway is not None and gateway.takes_replies,
    )


def _words(context: Mapping[str, Any], medium: str) -> str:
    """Return text and name; in a text message, whose parts are paid for, without the empty line between the two."""
    text, name = context["text"].strip(), f"{context['sender']}, {context['brand']}"
    if medium != Medium.SMS:
        return f"{text}\n\n{name}"
    said = f"{text}\n{name}"
    return segments.plain(said) if context["plain"] else said


def compose_for_chats(messages: Sequence[Message]) -> Sequence[Composed]:
    return replies.written(messages, partial(_chat_message, bots=bots_that_may_rest()))


def _chat_message(message: Message, context: Mapping[str, Any], *, bots: Mapping[int, int]) -> Parcel:
    return parcel(message, _chat_view(message, context), bots)


def _chat_view(message: Message, context: Mapping[str, Any]) -> ChatView:
    text = _words(context, message.medium)
    # Both messengers take as much.
    if view.length(text) > LONGEST_TEXT:
        raise Unsendable(TOO_LONG)
    return ChatView(text)


def compose_for_whatsapp(messages: Sequence[Message]) -> Sequence[Composed]:
    brands = {message.context["brand_id"] for message in messages}
    numbers = {number.brand_id: number for number in WhatsAppNumber.objects.in_use().filter(brand__in=brands)}
    return replies.written(messages, partial(_whatsapp_message, numbers=numbers))


def _whatsapp_message(message: Message, context: Mapping[str, Any], *, numbers: Mapping[int, WhatsAppNumber]) -> Parcel:
    number = numbers.get(context["brand_id"])
    if number and not window.is_open(window.spoke_at(number, message.to_address), clock.now()):
        raise Unsendable(TOO_LATE)
    return whatsapp.parcel(message, content(_chat_view(message, context)), number)


def compose_for_phones(messages: Sequence[Message]) -> Sequence[Composed]:
    brands = {message.context["brand_id"] for message in messages}
    gateways = {brand: TextGateway.objects.of_brand(brand) for brand in brands}
    return replies.written(messages, partial(_text_message, gateways=gateways))


def _text_message(
    message: Message, context: Mapping[str, Any], *, gateways: Mapping[int, TextGateway | None]
) -> Parcel:
    return transport.parcel(message, _words(context, message.medium), gateways[context["brand_id"]])


register(TEMPLATE, Medium.TELEGRAM, compose_for_chats)
register(TEMPLATE, Medium.SMS, compose_for_phones)
register(TEMPLATE, Medium.WHATSAPP, compose_for_whatsapp)
