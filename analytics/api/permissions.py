from typing import TYPE_CHECKING

from rest_framework.request import Request

from accounts.models import ClientKey
from crm.api.permissions import HasScope

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ReadsAnswers(HasScope):
    """Answers need a scope of their own: a key that feeds contacts and deals does not read what customers say."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return isinstance(request.auth, ClientKey) and request.auth.allows(ClientKey.Scope.ANSWERS)
