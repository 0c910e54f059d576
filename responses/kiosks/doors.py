"""The doors of a tablet that people never see: where it sends answers, leaves, and finds what makes it an app."""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access.limits import MINUTE, Limit
from responses.kiosks import answers, pairing, secret
from responses.kiosks.contents import KioskPage
from responses.kiosks.sending import NoSending, TabletSending
from responses.models import Tablet
from responses.page import houses

SENDINGS = 120
JSON_ONLY = "application/json"


# No CSRF check: the cookie of a tablet goes along with nothing that another site sends, and no form can send JSON.
@login_not_required
@csrf_exempt
@require_POST
def take_answers(request: HttpRequest) -> HttpResponse:
    tablet = _tablet(request)
    if isinstance(tablet, HttpResponse):
        return tablet
    try:
        sending = TabletSending.read(request.body)
    except NoSending:
        return refusal("unreadable", _("This is no list of answers."), HTTPStatus.BAD_REQUEST)
    agent = request.META.get("HTTP_USER_AGENT", "")
    fates = answers.take(tablet, sending, user_agent=agent, now=clock.now())
    told = [{"id": one.id, "fate": one.fate.value, "code": one.code} for one in fates]
    return _json({"answers": told, "stamp": KioskPage.of(tablet).stamp()})


@login_not_required
@csrf_exempt
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Let a tablet be none any more, for whoever knows the PIN. What it has not sent by then, it forgets."""
    tablet = _tablet(request)
    if isinstance(tablet, HttpResponse):
        return tablet
    try:
        pairing.end(tablet, _pin(request.body))
    except pairing.TooManyPins:
        return refusal("too_many", _("Too many attempts. Wait a while."), HTTPStatus.TOO_MANY_REQUESTS)
    except pairing.WrongPin:
        return refusal("wrong_pin", _("This PIN is wrong."), HTTPStatus.FORBIDDEN)
    response = _json({})
    secret.forget(response)
    return response


@login_not_required
@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Return the script that shows the page without a network; it must lie where its pages are."""
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'; connect-src 'self'"}
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8", headers=headers)


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    house = houses.of_host(request.get_host())
    return JsonResponse(
        {
            "name": house.name or "Kiosk",
            "start_url": reverse("kiosk"),
            "scope": reverse("kiosk"),
            "display": "fullscreen",
            "theme_color": house.colour,
            "background_color": house.colour,
            "icons": [{"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
        headers={"Cache-Control": "no-cache"},
    )


def refusal(code: str, message: str, status: HTTPStatus) -> JsonResponse:
    """Return an error in the shape of the API."""
    return _json({"error": {"code": code, "message": message, "fields": {}}}, status)


def _tablet(request: HttpRequest) -> Tablet | HttpResponse:
    """Return the tablet that asks, or why it is not listened to."""
    tablet = secret.holder(request)
    if tablet is None or not tablet.is_active:
        return refusal("not_paired", _("This tablet is not paired."), HTTPStatus.UNAUTHORIZED)
    if request.content_type != JSON_ONLY:
        return refusal("not_json", _("Send JSON."), HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if not Limit(f"sendings of kiosk tablet {tablet.pk}", SENDINGS, MINUTE).take():
        answer = refusal("too_many", _("Too many attempts. Wait a while."), HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(MINUTE)
        return answer
    return tablet


def _pin(body: bytes) -> str:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    pin = said.get("pin") if isinstance(said, dict) else None
    return pin if isinstance(pin, str) else ""


def _json(content: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})


@cache
def _worker() -> str:
    return Path(settings.STATICFILES_DIRS[0], "js/kiosk/worker.js").read_text()
