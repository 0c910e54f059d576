"""Letters to staff about the asking itself."""

from collections.abc import Sequence
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import clock
from accounts.media import Medium
from delivery.composers import Composed, Unsendable, register
from delivery.media.email import mime
from delivery.media.email.letter import Letter
from delivery.media.email.message_ids import message_id
from delivery.models import Message
from surveys.fates.owners import TEMPLATE


def unreachable(messages: Sequence[Message]) -> Sequence[Composed]:
    return [_unreachable(message) for message in messages]


def _unreachable(message: Message) -> Composed:
    context = message.context
    with translation.override(message.language):
        subject = _("We cannot reach %(name)s") % {"name": context["name"]}
        link = settings.BASE_URL + reverse("contact", args=[context["contact"]])
        text = render_to_string("emails/unreachable.txt", {**context, "to": message.to_name, "link": link})
    headers = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Subject": mime.one_line(subject),
        "Message-ID": message_id(message),
        "Date": format_datetime(clock.now()),
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


register(TEMPLATE, Medium.EMAIL, unreachable)
