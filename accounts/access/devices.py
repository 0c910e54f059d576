"""Browsers in which somebody logged in before, known by a signed cookie. It lets nobody in: it only tells apart."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User

SALT = "device"
KEPT_SECONDS = 180 * 24 * 3600
# People who share one browser; the ones before are forgotten.
MOST_PEOPLE = 5


def device_of(request: HttpRequest, person: User) -> str | None:
    """Return the number of this browser for `person` if they logged in in it before."""
    return _known(request).get(str(person.pk))


def remember(request: HttpRequest, response: HttpResponseBase, person: User) -> None:
    """Let the browser that gets `response` be known as one of `person`."""
    known = _known(request)
    mine = known.pop(str(person.pk), None) or secrets.token_urlsafe(16)
    kept = dict([*known.items(), (str(person.pk), mine)][-MOST_PEOPLE:])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(kept, salt=SALT),
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return {}
    return dict(found)
