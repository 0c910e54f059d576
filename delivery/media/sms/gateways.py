"""Which gateway speaks which protocol."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from delivery.media import web
from delivery.media.sms.gateway import Gateway
from delivery.media.sms.generic import GenericGateway
from delivery.media.sms.turbosms import TurboSms
from delivery.media.sms.twilio import Twilio
from delivery.media.web import Connections
from delivery.models import TextGateway


def of(model: TextGateway, connections: Connections | None = None) -> Gateway:
    """Return what speaks to an account over `connections`, closed by whoever gives them. Raises SecretUnreadable."""
    callback = settings.BASE_URL + reverse("sms:status", args=[model.pk, model.door_token])
    known: dict[str, Any] = {
        "secret": model.secret,
        "sender": model.sender,
        "connections": connections or Connections(),
    }
    if model.provider == TextGateway.Provider.GENERIC:
        return GenericGateway(settings=model.settings, callback=callback, **known)
    known |= _elsewhere(model)
    if model.provider == TextGateway.Provider.TWILIO:
        return Twilio(account=model.account, callback=callback, **known)
    return TurboSms(**known)


def _elsewhere(model: TextGateway) -> dict[str, str]:
    """Return where a stand-in speaks for the provider while somebody tries things out."""
    base = model.settings.get("base", "")
    return {"base": base} if base and web.is_tried_out() else {}
