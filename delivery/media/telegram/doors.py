"""Where Telegram calls: the secret in its header, which only Telegram was told, proves that it is Telegram."""

import json

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden, HttpResponseNotFound
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import clock
from delivery.media.telegram import callers, hearing

log = structlog.get_logger(__name__)

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 the name of a header
NOTHING_TO_SAY = 204


@login_not_required
@csrf_exempt
@require_POST
def updates(request: HttpRequest, bot_id: int) -> HttpResponse:
    """Take one update. Whatever was read is answered well: what we have no use for would be told again for a day."""
    bot = callers.found(bot_id)
    if bot is None:
        return HttpResponseNotFound()
    if not bot.is_called_by(request.headers.get(SECRET, "")):
        log.warning("somebody called in the name of Telegram", bot=bot.pk)
        return HttpResponseForbidden()
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponseBadRequest()
    if not isinstance(told, dict):
        return HttpResponseBadRequest()
    hearing.take([told], bot=bot, now=clock.now())
    return HttpResponse(status=NOTHING_TO_SAY)
