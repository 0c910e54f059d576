"""Where gateways knock: the token in the address, and a signature where the provider signs, prove who it is."""

from collections.abc import Callable
from functools import wraps

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden, HttpResponseNotFound
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.batches import reason_of
from accounts.plaintext import is_damaged
from accounts.secrets import SecretUnreadable
from delivery.media.sms import callers, receipts, replies
from delivery.media.sms.gateway import Gateway, NotProven, Receipt, Unreadable
from delivery.models import TextGateway

log = structlog.get_logger(__name__)

Door = Callable[[HttpRequest, TextGateway, Gateway, str], None]
NOTHING_TO_SAY = 204
# Longer IDs are nobody's: those of providers have 32 to 64 characters.
LONGEST_ID = 200


def door(opened: Door) -> Callable[..., HttpResponse]:
    """Return the view of a door. Whatever was read is answered well: what we do not know would be told again for days.

    `opened` is given the request, the gateway and the address as the provider called it.
    """

    @login_not_required
    @csrf_exempt
    @require_http_methods(["GET", "POST"])
    @wraps(opened)
    def view(request: HttpRequest, gateway_id: int, token: str) -> HttpResponse:
        caller = callers.found(gateway_id, token)
        if caller is None:
            return HttpResponseNotFound()
        model = caller.model
        try:
            opened(request, model, caller.gateway(), settings.BASE_URL + request.get_full_path())
        except (NotProven, SecretUnreadable):
            log.warning("a gateway did not prove itself", gateway=model.pk)
            return HttpResponseForbidden()
        except (Unreadable, ValueError) as error:
            log.warning("a gateway could not be understood", gateway=model.pk, reason=reason_of(error))
            return HttpResponseBadRequest()
        return HttpResponse(status=NOTHING_TO_SAY)

    return view


@door
def status(request: HttpRequest, model: TextGateway, gateway: Gateway, url: str) -> None:
    """Hear what became of a text."""
    receipt = gateway.receipt_of(request, url)
    if receipt:
        receipts.hear(model, _readable(receipt), now=clock.now())


@door
def reply(request: HttpRequest, model: TextGateway, gateway: Gateway, url: str) -> None:
    """Take a text that a customer sent."""
    said = gateway.reply_of(request, url)
    if said:
        replies.keep(model, said, now=clock.now())


def _readable(receipt: Receipt) -> Receipt:
    if len(receipt.provider_id) > LONGEST_ID or is_damaged(receipt.provider_id):
        raise Unreadable("No text has such an ID.")
    return receipt
