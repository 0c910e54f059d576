"""Who is signed in at a site, by the token that the site makes: a JWT with `sub`, signed HS256 with the secret here.

RFC 7519 and, for what is checked, RFC 8725: one algorithm, an end within the hour, a secret of its own per widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
import structlog

from accounts.media import Medium
from accounts.plaintext import is_damaged
from accounts.secrets import SecretUnreadable
from crm.address_book import spelled
from crm.models import Contact, ContactAddress
from responses.models import WebWidget

log = structlog.get_logger(__name__)

ALGORITHM = "HS256"
# Whoever gets hold of a token can use it for no longer; clocks may differ by so much.
LONGEST, SKEW = timedelta(hours=1), timedelta(seconds=60)
# What is longer was made by no site.
LONGEST_TOKEN = 2000
LONGEST_ID = 200
# Moments are checked here, by the clock of the product.
CHECKED: Any = {
    "require": ["sub", "exp"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
}
# What is looked at, and what an ask is about besides.
LOOKED_AT = ("company", "merged_into__company")
FACTS = (*LOOKED_AT, "profile", "merged_into__profile")


class NoIdentity(Exception):
    """A token that proves nothing. `code`: wrong_token, expired_token, long_token (it ends too late) or no_secret."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Whom a site says it serves: the ID that it knows them by, and their address where it says that too."""

    external_id: str
    email: str = ""


def of_token(token: str, widget: WebWidget, now: datetime) -> SignedIn:
    """Return what a token proves. Raises NoIdentity."""
    claims = _claims(token, _secrets(widget))
    _check_time(claims, now)
    subject, email = claims["sub"], claims.get("email", "")
    if not 0 < len(subject) <= LONGEST_ID or not isinstance(email, str) or is_damaged(subject + email):
        raise NoIdentity("wrong_token")
    return SignedIn(external_id=subject, email=email)


def contact_of(person: SignedIn, widget: WebWidget) -> Contact | None:
    """Return the contact whom a site means: by its ID, else the only one with that address; None where there is none.

    One that was merged into another is that other one.
    """
    contacts = Contact.objects.select_related(*LOOKED_AT)
    found = contacts.filter(source=widget.source, external_id=person.external_id).first()
    if found is None and (addresses := _addresses(person.email)):
        carriers = ContactAddress.objects.filter(medium=Medium.EMAIL, value__in=addresses).values("contact")
        alike = list(contacts.shown().filter(pk__in=carriers)[:2])
        found = alike[0] if len(alike) == 1 else None
    return found.survivor if found else None


def contact_with(pk: int) -> Contact | None:
    """Return the contact with this key, or the one it was merged into since."""
    found = Contact.objects.select_related(*FACTS).filter(pk=pk).first()
    return found.survivor if found else None


def _addresses(said: str) -> tuple[str, ...]:
    """Return what a site says for an address, as addresses are kept; nothing where it is none."""
    try:
        return spelled(Medium.EMAIL, [said])
    except ValueError:
        return ()


def _check_time(claims: dict[str, Any], now: datetime) -> None:
    end, start = claims["exp"], claims.get("nbf", 0)
    if not all(type(moment) in (int, float) for moment in (end, start)) or start > (now + SKEW).timestamp():
        raise NoIdentity("wrong_token")
    if not end > (now - SKEW).timestamp():
        raise NoIdentity("expired_token")
    if end > (now + LONGEST + SKEW).timestamp():
        raise NoIdentity("long_token")


def _secrets(widget: WebWidget) -> tuple[str, ...]:
    try:
        return widget.secrets
    except SecretUnreadable:
        log.exception("secret of a widget unreadable", widget=widget.pk)
        return ()


def _claims(token: str, secrets: tuple[str, ...]) -> dict[str, Any]:
    if not secrets:
        raise NoIdentity("no_secret")
    if len(token) > LONGEST_TOKEN:
        raise NoIdentity("wrong_token")
    for secret in secrets:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                secret,
                algorithms=[ALGORITHM],
                options=CHECKED,
            )
            return claims
        except jwt.InvalidSignatureError:
            continue
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise NoIdentity("wrong_token") from error
    raise NoIdentity("wrong_token")
