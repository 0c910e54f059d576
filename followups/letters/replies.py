"""The e-mail by which a person answers a customer; the customer's own reply goes to that person's address."""

from collections.abc import Sequence
from email.utils import format_datetime, parseaddr

from django.conf import settings

from accounts import clock
from accounts.media import Medium
from accounts.models import User
from delivery.composers import Composed, Unsendable, register
from delivery.media.email import mime
from delivery.media.email.letter import Letter
from delivery.media.email.message_ids import message_id
from delivery.models import Message
from followups.models import Followup

TEMPLATE = "followups.reply"
NAME_LENGTH = Message._meta.get_field("to_name").max_length


def may_reply(followup: Followup) -> bool:
    """Say whether the customer can be written to: a known address that works, and nobody who wants to be left alone."""
    contact = followup.response.contact
    return bool(
        followup.is_open and contact and contact.email and contact.may_be_contacted and not contact.email_bounced_at
    )


def draft(followup: Followup, *, subject: str, text: str, key: str, by: User) -> Message:
    """Return the unsaved message; `key` names one sending, so that a form sent twice is one e-mail."""
    response = followup.response
    assert response.contact is not None  # noqa: S101 may_reply() has said so
    return Message(
        medium=Medium.EMAIL,
        purpose=Message.Purpose.REPLY,
        to_address=response.contact.email,
        to_name=response.contact.name[:NAME_LENGTH],
        language=response.language,
        template=TEMPLATE,
        context={
            "subject": subject,
            "text": text,
            "sender": by.name,
            "reply_to": by.email or "",
            "brand": response.survey.brand.name,
        },
        idempotency_key=f"reply-{followup.pk}-{key}",
    )


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    return [_written(message) for message in messages]


def _written(message: Message) -> Composed:
    context = message.context
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    headers = {
        "From": mime.address(f"{context['sender']}, {context['brand']}", sender),
        "Subject": mime.one_line(context["subject"]),
        "Message-ID": message_id(message),
        "Date": format_datetime(clock.now()),
    }
    if context["reply_to"]:
        headers["Reply-To"] = mime.address(context["sender"], context["reply_to"])
    try:
        return Letter.write(
            sender=sender,
            to=message.to_address,
            to_name=message.to_name,
            headers=headers,
            text=f"{context['text'].strip()}\n\n{context['sender']}\n{context['brand']}\n",
            language=message.language,
        )
    except Unsendable as error:
        return error


register(TEMPLATE, Medium.EMAIL, compose)
