"""A first text, by which somebody who sets a gateway up sees whether it works: it goes now or never."""

from dataclasses import replace
from datetime import timedelta

from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from accounts import clock
from accounts.languages import supported
from accounts.media import Medium
from delivery import composers
from delivery.composers import Parcel, Unsendable
from delivery.media.sms.transport import parcel
from delivery.models import Message, TextGateway

TEMPLATE = "delivery.text_trial"
# Who typed their number looks at their phone for so long.
FRESH = timedelta(minutes=30)
TOO_LATE = gettext_noop("This test waited for too long to show anything: send another one.")


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
    if clock.now() - message.send_after > FRESH:
        raise Unsendable(TOO_LATE, called_off=True)
    gateway = TextGateway.objects.in_use().filter(pk=message.context["gateway"]).first()
    with override(message.language):
        return replace(parcel(message, _("Plumb can write here."), gateway), is_trial=True)


composers.register(TEMPLATE, Medium.SMS, composers.singly(_written))
