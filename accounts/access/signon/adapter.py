from typing import Any, NoReturn

import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest
from requests import RequestException

from accounts.access.signon import refusal
from accounts.access.signon.provider import CompanyProvider, app
from accounts.access.signon.refusal import Refusal, SignOnRefused

log = structlog.get_logger(__name__)


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What Plumb does differently from allauth: one provider, of the settings; nobody signs up; refusals say why."""

    def list_providers(self, request: HttpRequest) -> list[CompanyProvider]:
        return []

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> CompanyProvider:
        return CompanyProvider(request, app())

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: CompanyProvider,
        error: str = AuthError.UNKNOWN,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        if not isinstance(exception, SignOnRefused):
            log.warning("single sign-on failed", error=error, why=str(exception or ""))
            exception = SignOnRefused(_reason(error, exception, extra_context or {}))
        raise ImmediateHttpResponse(refusal.answer(request, exception))


def _reason(error: str, exception: Exception | None, context: dict[str, Any]) -> Refusal:
    if error == AuthError.CANCELLED:
        return Refusal.BROKEN_OFF
    if isinstance(exception, RequestException):
        return Refusal.UNREACHABLE
    # allauth gives the number of an attempt instead of the attempt where this session began none.
    return Refusal.STALE if exception is None and "state" not in context else Refusal.FORGED
