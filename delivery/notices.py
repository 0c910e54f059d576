"""A word to staff: written once, rendered by each medium in its own way."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.utils import translation

from accounts.languages import supported
from accounts.models import User
from delivery import composers, media
from delivery.composers import Parcel
from delivery.media import Transport
from delivery.media.notice import Notice
from delivery.models import Message

__all__ = ["Notice", "messages_to", "register"]


def register(template: str, write: Callable[[Mapping[str, Any]], Notice]) -> None:
    """Let `write` make the notices of this template, whatever the medium, out of a message's context.

    It is called in the language of the message.
    """
    for transport in media.in_use():
        composers.register(template, transport.medium, composers.singly(partial(_rendered, transport, write)))


def messages_to(person: User, *, template: str, context: Mapping[str, Any], key: str) -> list[Message]:
    """Return the unsaved messages that bring a notice to `person`, one for each medium by which they are reached.

    `key` names the notice: queueing it twice sends it once by each medium.
    """
    return [
        Message(
            medium=transport.medium,
            purpose=Message.Purpose.STAFF,
            to_address=recipient.address,
            to_name=recipient.name,
            language=supported(person.language),
            template=template,
            context=dict(context),
            idempotency_key=f"{key}-{transport.medium}",
        )
        for transport in media.in_use()
        for recipient in transport.recipients_among_staff(person)
    ]


def _rendered(transport: Transport, write: Callable[[Mapping[str, Any]], Notice], message: Message) -> Parcel:
    with translation.override(message.language):
        return transport.rendered(write(message.context), message)
