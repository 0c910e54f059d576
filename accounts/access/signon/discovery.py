"""What the provider tells of itself: where it logs people in, where it gives tokens, by which keys it signs."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.core.cache import cache

from accounts import tokens
from nps_project.signon import DISCOVERY

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# Asked where the ID token tells no address; not every provider has one.
USERINFO = "userinfo_endpoint"
# Everybody may begin a login: the provider is not asked each time.
KEPT_SECONDS = 3600


def read(issuer: str) -> Mapping[str, Any]:
    """Return the discovery document of `issuer`; raise OAuth2Error where it is not one, or of somebody else.

    Raises requests.RequestException where the provider does not answer.
    """
    key = "sign-on-" + tokens.digest(issuer).hex()
    found: Mapping[str, Any] | None = cache.get(key)
    if found is None:
        found = fetch(issuer.rstrip("/") + DISCOVERY)
        _check(found, issuer)
        cache.set(key, found, KEPT_SECONDS)
    return found


def fetch(address: str, *, bearer: str = "") -> Any:
    """Return the JSON document at `address` of the provider, read with the access token `bearer` if any."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    with get_adapter().get_requests_session() as session:
        answer = session.get(address, headers=headers)
        answer.raise_for_status()
        return answer.json()


def _check(found: Any, issuer: str) -> None:
    if not isinstance(found, dict) or not isinstance(found.get("issuer"), str):
        raise OAuth2Error("no discovery document")
    if found["issuer"].rstrip("/") != issuer.rstrip("/"):
        raise OAuth2Error("SIGN_ON_ISSUER and the issuer in its discovery document differ")
    asked = [*ENDPOINTS, *([USERINFO] if found.get(USERINFO) else [])]
    wrong = [name for name in asked if not _is_good(found.get(name))]
    if wrong:
        raise OAuth2Error(f"no good address of {', '.join(wrong)}")


def _is_good(address: Any) -> bool:
    """Say whether this is an address, and of the encrypted web where nothing else is allowed."""
    schemes = {"https", "http"} if settings.PLAIN_HTTP else {"https"}
    try:
        return isinstance(address, str) and urlsplit(address).scheme in schemes
    except ValueError:
        return False
