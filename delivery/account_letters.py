"""Letters that people get about their own account, queued when accounts asks for them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from email.utils import format_datetime, parseaddr
from uuid import uuid4

from django.conf import settings

from accounts import clock, letters
from accounts.letters import AccountLetter
from accounts.media import Medium
from delivery import services
from delivery.composers import Composed, Unsendable, register
from delivery.media.email import mime
from delivery.media.email.letter import Letter
from delivery.media.email.message_ids import message_id
from delivery.models import Message

TEMPLATE = "accounts.letter"
# Somebody who cannot log in waits for no campaign: what is to be sent since long ago goes first.
AHEAD = timedelta(days=365)


def queue(letter: AccountLetter) -> None:
    """Put one letter into the outbox, ahead of all that waits there."""
    message = Message(
        medium=Medium.EMAIL,
        purpose=Message.Purpose.STAFF,
        to_address=letter.to,
        to_name=letter.to_name,
        language=letter.language,
        template=TEMPLATE,
        context=asdict(letter),
        idempotency_key=f"account-{uuid4()}",
        send_after=clock.now() - AHEAD,
    )
    services.queue([message])


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    return [_composed(message) for message in messages]


def _composed(message: Message) -> Composed:
    written = letters.render(AccountLetter(**message.context))
    if written is None:
        return Unsendable("This person may not log in any more.", called_off=True)
    subject, text = written
    headers = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Subject": mime.one_line(subject),
        "Message-ID": message_id(message),
        "Date": format_datetime(clock.now()),
        "Auto-Submitted": "auto-generated",
    }
    try:
        return Letter.write(
            sender=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            to=message.to_address,
            to_name=message.to_name,
            headers=headers,
            text=text,
            language=message.language,
        )
    except Unsendable as error:
        return error


register(TEMPLATE, Medium.EMAIL, compose)
letters.post_by(queue)
