"""Where Meta calls: the signature over all it says, under the secret of the app, proves that it is Meta."""

import json

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden, HttpResponseNotFound
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import clock
from delivery.media.whatsapp import signed_calls
from delivery.models import WhatsAppNumber

log = structlog.get_logger(__name__)

SIGNATURE = "X-Hub-Signature-256"
LARGEST_KEY = 2**63 - 1
# Meta tells at most so much at once, in bytes.
LARGEST_CALL = 3 * 1024 * 1024
LONGEST_CHALLENGE = 200


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "POST"])
def events(request: HttpRequest, number_id: int) -> HttpResponse:
    """Agree once that Meta calls here, and take what it tells then."""
    number = WhatsAppNumber.objects.filter(pk=number_id).first() if number_id <= LARGEST_KEY else None
    if number is None:
        return HttpResponseNotFound()
    return _heard(request, number) if request.method == "POST" else _greeted(request, number)


def _greeted(request: HttpRequest, number: WhatsAppNumber) -> HttpResponse:
    """Repeat the challenge to whoever knows what we told the administrator to enter."""
    asked = request.GET
    challenge = asked.get("hub.challenge", "")[:LONGEST_CHALLENGE]
    is_known = number.is_verified_by(asked.get("hub.verify_token", ""))
    if asked.get("hub.mode") != "subscribe" or not is_known:
        log.warning("somebody wanted to be called Meta", number=number.pk)
        return HttpResponseForbidden()
    return HttpResponse(challenge, content_type="text/plain; charset=utf-8")


def _heard(request: HttpRequest, number: WhatsAppNumber) -> HttpResponse:
    """Take one call. Whatever was read is answered well: what we have no use for would be told again for a week."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return HttpResponseBadRequest()
    if length > LARGEST_CALL:
        return HttpResponse(status=413)
    raw = request.read(length)
    signed = request.headers.get(SIGNATURE, "")
    if not signed_calls.is_signed(number, raw, signed):
        log.warning("somebody called in the name of Meta", number=number.pk)
        return HttpResponseForbidden()
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return HttpResponseBadRequest()
    if not isinstance(told, dict):
        return HttpResponseBadRequest()
    signed_calls.take(told, door=number, raw=raw, signed=signed, now=clock.now())
    return HttpResponse()
