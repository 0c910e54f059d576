"""The settings of single sign-on, refused where half of them is missing or where they would let strangers in."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("SIGN_ON_ISSUER", "SIGN_ON_CLIENT_ID", "SIGN_ON_CLIENT_SECRET", "SIGN_ON_DOMAINS")
MORE = ("SIGN_ON_LABEL", "SIGN_ON_SECOND_FACTOR", "SIGN_ON_REQUIRED", "SIGN_ON_BREAK_GLASS")
DISCOVERY = "/.well-known/openid-configuration"
# As long as the column that keeps whose subject it is.
LONGEST_ISSUER = 200


def issuer(written: str) -> str:
    """Return the issuer that is meant by itself or by the address of its discovery document."""
    return written.strip().removesuffix(DISCOVERY)


def names(written: list[str]) -> list[str]:
    """Return domains or addresses as they are compared."""
    return [name.strip().lower().lstrip("@") for name in written if name.strip()]


def check(found: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured with what to do, unless the settings `found` say all of it or nothing."""
    missing = [name for name in NEEDED if not found[name]]
    given = [name for name in (*NEEDED, *MORE) if found[name]]
    if not given:
        return
    if missing:
        raise ImproperlyConfigured(
            f"{', '.join(given)} set, but not {', '.join(missing)}: single sign-on needs {', '.join(NEEDED)}, or none."
        )
    _check_issuer(found["SIGN_ON_ISSUER"], may_be_plain=found["PLAIN_HTTP"])
    for name in ("SIGN_ON_DOMAINS", "SIGN_ON_BREAK_GLASS"):
        is_address = name == "SIGN_ON_BREAK_GLASS"
        wrong = [written for written in found[name] if ("@" in written) is not is_address]
        if wrong:
            wanted = "addresses such as ada@plumb.example" if is_address else "domains such as plumb.example"
            raise ImproperlyConfigured(f"{name} lists {wanted}, parted by commas; not {', '.join(wrong)}.")


def _check_issuer(written: str, *, may_be_plain: bool) -> None:
    parts = urlsplit(written)
    is_plain_address = bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)
    if parts.scheme != "https" and not (may_be_plain and parts.scheme == "http"):
        raise ImproperlyConfigured("SIGN_ON_ISSUER begins with https://, as the provider writes its issuer.")
    if not is_plain_address or len(written) > LONGEST_ISSUER:
        raise ImproperlyConfigured(
            f"SIGN_ON_ISSUER is an address of at most {LONGEST_ISSUER} characters without a question mark, "
            "such as https://id.plumb.example/realms/staff."
        )
