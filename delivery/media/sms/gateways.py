"""Which gateway speaks which protocol."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse

from delivery.media.sms.gateway import Gateway
from delivery.media.sms.generic import GenericGateway
from delivery.media.sms.turbosms import TurboSms
from delivery.media.sms.twilio import Twilio
from delivery.models import TextGateway

KINDS: dict[str, Callable[[TextGateway, str], Gateway]] = {
    TextGateway.Provider.TWILIO: Twilio,
    TextGateway.Provider.TURBOSMS: TurboSms,
    TextGateway.Provider.GENERIC: GenericGateway,
}


def of(model: TextGateway) -> Gateway:
    """Return what speaks to an account. Raises SecretUnreadable, and ValueError for a broken template."""
    return KINDS[model.provider](model, settings.BASE_URL + reverse("sms:status", args=[model.pk, model.door_token]))
