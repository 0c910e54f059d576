"""Plain HTTP is for a first look and for demos: refused where anybody outside could come by it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from accounts.privatehosts import is_private

WAY_OUT = (
    "Take PLAIN_HTTP away and let BASE_URL begin with https://, with a proxy that speaks TLS in front; "
    "or look at Plumb under localhost, a name that ends with .localhost or .local, or a private address."
)
TOLD = (
    "PLAIN_HTTP is on: a first look only. Passwords and answers travel unencrypted; "
    "ask nobody for real, and set Plumb up with TLS for that."
)


def check(found: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured with what to do where the settings `found` are plain and lead outside."""
    if not found["PLAIN_HTTP"]:
        return
    base = urlsplit(found["BASE_URL"])
    if base.scheme != "http":
        raise ImproperlyConfigured(f"PLAIN_HTTP is on, but BASE_URL is {found['BASE_URL']}, not http://. {WAY_OUT}")
    if not is_private(base.hostname or ""):
        raise ImproperlyConfigured(
            f"PLAIN_HTTP is on, but BASE_URL leads to {base.hostname}, where the world may come by. {WAY_OUT}"
        )
    may_be_any = {"*"} if found["DEBUG"] else set()
    public = [host for host in found["ALLOWED_HOSTS"] if host not in may_be_any and not is_private(host)]
    if public:
        raise ImproperlyConfigured(
            f"PLAIN_HTTP is on, but ALLOWED_HOSTS has {', '.join(public)}, where the world may come by. {WAY_OUT}"
        )


def is_first_look(found: Mapping[str, Any]) -> bool:
    """Say whether somebody looks at an installation of their own; who works on the code or sees a demo knows that."""
    return bool(found["PLAIN_HTTP"] and not found["DEBUG"] and not found["CLOCK_OFFSET_FILE"])
