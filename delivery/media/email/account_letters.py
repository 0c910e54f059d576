"""Letters that people get about their own account, queued when accounts asks for them."""

from dataclasses import asdict
from datetime import timedelta
from uuid import uuid4

from accounts import clock, letters
from accounts.letters import AccountLetter
from accounts.media import Medium
from delivery import services
from delivery.composers import Unsendable, register, singly
from delivery.media.email.letter import Letter, plain
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


def _letter(message: Message) -> Letter:
    written = letters.render(AccountLetter(**message.context))
    if written is None:
        raise Unsendable("This person may not log in any more.", called_off=True)
    subject, text = written
    return plain(message, subject=subject, text=text, headers={"Auto-Submitted": "auto-generated"})


register(TEMPLATE, Medium.EMAIL, singly(_letter))
letters.post_by(queue)
