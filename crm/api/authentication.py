from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import clock, tokens
from accounts.models import ClientKey


class Client:
    """Another system, in the place of a user: signed in, but nobody of the staff and allowed nothing by itself."""

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False
    is_superuser = False
    pk = id = None

    def __init__(self, key: ClientKey) -> None:
        self.key = key

    def __str__(self) -> str:
        return self.key.name

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        return False


class ClientKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer plumb_…`: `request.auth` is the ClientKey, `request.user` the Client that holds it."""

    scheme = "Bearer"

    def authenticate(self, request: Request) -> tuple[Client, ClientKey] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != self.scheme.lower():
            return None
        key = ClientKey.objects.filter(secret_hash=tokens.digest(secret.strip())).first()
        if key is None:
            raise AuthenticationFailed(_("There is no such client key."))
        now = clock.now()
        if not key.is_usable(now):
            raise AuthenticationFailed(
                _("This client key was revoked.") if key.revoked_at else _("This client key has expired.")
            )
        key.touch(now)
        return Client(key), key

    def authenticate_header(self, request: Request) -> str:
        return f'{self.scheme} realm="Plumb API"'
