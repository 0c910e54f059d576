"""The secret of a tablet: drawn when it is paired, held in a cookie that no script reads and no other page gets."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from responses.models import Tablet

COOKIE = "kiosk"
# As long as browsers keep any cookie; each look at the page begins it anew.
KEPT_SECONDS = 400 * 24 * 3600
KIOSK = ("kiosk__entry", "kiosk__survey__brand", "kiosk__product", "kiosk__manager")


def holder(request: HttpRequest) -> Tablet | None:
    """Return the tablet that a request comes from, also one that may not send any more."""
    secret = request.COOKIES.get(COOKIE, "")[:100]
    if not (secret and secret.isascii()):
        return None
    return Tablet.objects.select_related(*KIOSK).of_secret(secret).first()


def keep(response: HttpResponse, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=KEPT_SECONDS,
        path=reverse("kiosk"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path=reverse("kiosk"), samesite="Lax")
