"""A first message, by which somebody who sets a number up sees whether it works: it goes now or never."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import get_language, gettext_noop

from accounts import clock
from accounts.languages import supported
from accounts.media import Medium
from delivery import composers
from delivery.composers import Parcel, Unsendable
from delivery.media.whatsapp import templates
from delivery.media.whatsapp.choice import chosen
from delivery.media.whatsapp.transport import parcel
from delivery.models import Message, WhatsAppNumber, WhatsAppTemplate

TEMPLATE = "delivery.whatsapp_trial"
# Who typed their number looks at their phone for so long.
FRESH = timedelta(minutes=30)
TOO_LATE = gettext_noop("This test waited for too long to show anything: send another one.")
# What every account has from the beginning.
HELLO: dict[str, Any] = {"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}}


def message_for(number: WhatsAppNumber, to: str, *, key: str) -> Message:
    """Return the unsaved message that tries a number, in the language of whoever asks; `key` names one trial."""
    return Message(
        medium=Medium.WHATSAPP,
        purpose=Message.Purpose.STAFF,
        to_address=to,
        language=supported(get_language()),
        template=TEMPLATE,
        context={"number": number.pk, "brand_id": number.brand_id},
        idempotency_key=f"whatsapp-trial-{number.pk}-{key}",
    )


def _written(message: Message) -> Parcel:
    """Write the invitation, whose button leads nowhere; before any template is approved, Meta's own greeting."""
    if clock.now() - message.send_after > FRESH:
        raise Unsendable(TOO_LATE, called_off=True)
    number = WhatsAppNumber.objects.in_use().filter(pk=message.context["number"]).select_related("brand").first()
    template = chosen(number, WhatsAppTemplate.Kind.INVITATION, (message.language, "en")) if number else None
    content, category = HELLO, "utility"
    if number and template:
        content = templates.filled(template, brand=number.brand.name, token=templates.SAMPLE_TOKEN)
        category = template.category
    return replace(parcel(message, content, number, category=category), is_trial=True)


composers.register(TEMPLATE, Medium.WHATSAPP, composers.singly(_written))
