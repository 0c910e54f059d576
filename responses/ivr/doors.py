"""The door at which telephone systems knock."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.access.limits import MINUTE, Limit
from accounts.secrets import SecretUnreadable
from responses.ivr import answers, signing
from responses.ivr.sending import CallRefused, IvrAnswer
from responses.kiosks.doors import refusal
from responses.models import TelephoneDoor
from surveys.metrics import SCALES

SENDINGS = 300


# No CSRF check: no cookie counts here, the signature does.
@login_not_required
@csrf_exempt
@require_POST
def take_call(request: HttpRequest, key: str) -> HttpResponse:
    doors = TelephoneDoor.objects.select_related("survey__brand", "manager", "entry")
    door = doors.filter(key=key).first() if key.isascii() and key.isalnum() else None
    now = clock.now()
    try:
        if door is None:
            raise signing.NotSigned
        signing.check(door, request.headers, request.body, now=now)
    except (signing.NotSigned, SecretUnreadable):
        return refusal("not_signed", _("The signature is missing or wrong."), HTTPStatus.UNAUTHORIZED)
    if not Limit(f"sendings of telephone door {door.pk}", SENDINGS, MINUTE).take():
        answer = refusal("too_many", _("Too many attempts. Wait a while."), HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(MINUTE)
        return answer
    if door.has_closed:
        return refusal("closed", _("This takes no answers now."), HTTPStatus.CONFLICT)
    try:
        said = IvrAnswer.read(request.body, SCALES[door.survey.metric], now=now)
        is_new = answers.take(door, said, now=now)
    except CallRefused as wrong:
        return _refused(wrong.field)
    return HttpResponse(status=HTTPStatus.CREATED if is_new else HTTPStatus.OK)


def _refused(field: str) -> HttpResponse:
    code = f"bad_{field}" if field else "unreadable"
    message = _("This field cannot be taken: %s.") % field if field else _("This is no answer.")
    return refusal(code, message, HTTPStatus.BAD_REQUEST)
