"""The secret of an answer: drawn for a form before anything is answered, kept by the device in a cookie afterwards.

A form sent twice has the secret of the same answer. The cookie is there so that one device gives one answer: it holds
nothing else, is signed, goes to the pages of this link alone and is needed for nothing but that.
"""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts import tokens
from responses.models import OpenLink

COOKIE = "answer"
FIELD = "secret"
# What is longer was not made here.
LONGEST = 200


def draw(link: OpenLink) -> str:
    """Return the signed secret of an answer that nobody has given yet: 256 bits that only a page of ours hands out."""
    return _signer(link).sign(tokens.draw())


def held(request: HttpRequest, link: OpenLink) -> str:
    """Return the secret that the device holds for this link, "" where it has none of ours."""
    return _ours(request.COOKIES.get(COOKIE, ""), link)


def sent(request: HttpRequest, link: OpenLink) -> str:
    """Return the secret that a form carries, "" where it has none of ours."""
    return _ours(request.POST.get(FIELD, ""), link)


def keep(response: HttpResponse, link: OpenLink, secret: str, *, until: datetime) -> None:
    """Let the device hold a secret for this link, and for no other page."""
    response.set_cookie(
        COOKIE,
        secret,
        expires=until,
        path=link.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _ours(secret: str, link: OpenLink) -> str:
    try:
        _signer(link).unsign(secret[:LONGEST])
    except signing.BadSignature:
        return ""
    return secret


def _signer(link: OpenLink) -> signing.Signer:
    return signing.Signer(salt=f"open link {link.pk}")
