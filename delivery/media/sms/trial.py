"""A first text, by which somebody who sets a gateway up sees whether it works."""

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.languages import supported
from accounts.media import Medium
from delivery import composers
from delivery.composers import Parcel
from delivery.media.sms.transport import parcel
from delivery.models import Message, TextGateway

TEMPLATE = "delivery.text_trial"


def message_for(gateway: TextGateway, to: str, *, key: str) -> Message:
    """Return the unsaved message that tries a gateway, in the language of whoever asks; `key` names one trial."""
    return Message(
        medium=Medium.SMS,
        purpose=Message.Purpose.STAFF,
        to_address=to,
        language=supported(get_language()),
        template=TEMPLATE,
        context={"gateway": gateway.pk},
        idempotency_key=f"text-trial-{gateway.pk}-{key}",
    )


def _written(message: Message) -> Parcel:
    gateway = TextGateway.objects.in_use().filter(pk=message.context["gateway"]).first()
    with override(message.language):
        return parcel(message, _("Plumb can write here."), gateway)


composers.register(TEMPLATE, Medium.SMS, composers.singly(_written))
