"""Texts to send, and the requests that a fake's callbacks become."""

import re
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory

from delivery.media import PutOff, Refused, Unclear
from delivery.media.sms.gateway import OutOfOrder
from delivery.media.sms.parcel import TextParcel

NASTY = 'Їж "суп" & чай?=+%20\n{to} {secret} \\u0000 \U0001f600'
SECRET_OF_A_DOOR = "https://plumb.example/sms/1/d00r/status/"


def parcel(**fields):
    known = {"gateway": 1, "to": "+380501112233", "text": "Hello", "reference": "ref-1", "message": 7, "parts": 1}
    return TextParcel(**{**known, **fields})


def outcome(gateway, one=None):
    """Return what sending a text comes to, by the name of the exception, with what it says of the number."""
    try:
        return gateway.send(one or parcel())
    except (PutOff, Refused, Unclear) as error:
        if gateway.secret in f"{error!r} {error.__cause__!r} {error.__context__!r}":
            return "The secret is shown"
        bounce, objection = getattr(error, "bounce", ""), getattr(error, "objection", "")
        return " ".join(filter(None, [type(error).__name__, bounce, objection]))


def keeping(fake):
    """Let a fake's callbacks come here as requests of Django, not over the network; return where they are kept."""
    kept = []

    def post(url, form, headers):
        names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        path = re.sub(r"^https?://[^/]+", "", url)
        content = urlencode(form)
        request = RequestFactory().post(path, content, content_type="application/x-www-form-urlencoded", **names)
        kept.append((request, url))
        return 200

    fake.post = post
    return kept


# What every gateway does with a server that says nothing of its own: the script, and what becomes of the text.
ANYWHERE = pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("hang-up", "Unclear"),
        ("hang-up-after", "Unclear"),
        ((429, "slow down", {"Retry-After": "77"}), "PutOff"),
        ((503, "", {"Retry-After": "77"}), "PutOff"),
        ((503, ""), "Unclear"),
        ((500, "<h1>Oops</h1>"), "Unclear"),
        ((502, "<h1>Bad gateway</h1>"), "Unclear"),
        ((504, ""), "Unclear"),
        ((408, ""), "Unclear"),
        ((401, "{}"), "OutOfOrder"),
        ((403, ""), "OutOfOrder"),
        ((404, "<h1>Nothing here</h1>"), "OutOfOrder"),
        ((302, "", {"Location": "https://elsewhere.example/"}), "OutOfOrder"),
        ((400, "no"), "Refused"),
        ((200, ""), "Unclear"),
        ((200, "<h1>Welcome</h1>"), "Unclear"),
        ((200, "[]"), "Unclear"),
        ((200, '{"cut": "o'), "Unclear"),
        ((200, "[" * 100_000), "Unclear"),
        ((200, '"' + "x" * 1_000_000 + '"'), "Unclear"),
    ],
    ids=str,
)


def says_when(gateway, fake):
    """Return after how many seconds a gateway that says so is asked again."""
    fake.script = [(429, "slow down", {"Retry-After": "77"})]
    with pytest.raises(PutOff) as caught:
        gateway.send(parcel())
    assert not isinstance(caught.value, OutOfOrder)
    return caught.value.after.total_seconds()
