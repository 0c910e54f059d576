from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ClientKey

if TYPE_CHECKING:
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Reading needs the scope read, everything else write; without a client key nothing is allowed."""

    message = _("This client key does not have the scope for that.")

    def has_permission(self, request: Request, view: "APIView") -> bool:
        key = request.auth
        scope = ClientKey.Scope.READ if request.method in SAFE_METHODS else ClientKey.Scope.WRITE
        return isinstance(key, ClientKey) and key.allows(scope)


def reads_scores_of_people(key: object) -> bool:
    """Say whether a client key may know which person gave which score: with the scopes of answers and of names."""
    scopes = (ClientKey.Scope.ANSWERS, ClientKey.Scope.PERSONAL)
    return isinstance(key, ClientKey) and all(key.allows(scope) for scope in scopes)
