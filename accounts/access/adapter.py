from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import actors, letters, securitylog, visitors
from accounts.access import devices, limits
from accounts.access.signon import links, rules
from accounts.models import User
from accounts.securitylog import Kind

# Letters of allauth that Plumb writes in its own words, and when the change itself is written down (accounts.rights).
OF_OURS = frozenset({"account/email/password_changed", "account/email/password_set", "account/email/password_reset"})
# Steps of a login that Plumb takes otherwise than allauth.
STAGES = {"allauth.mfa.stages.AuthenticateStage": "accounts.access.secondfactor.SecondStepStage"}
# A lock-out is written down once in so many seconds, however often somebody knocks.
TOLD_EVERY = 300


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What Plumb does differently from allauth: nobody signs up, nobody locks others out, letters go by the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return visitors.address(request) or "unknown"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        address = str(credentials.get("email") or "").strip().lower()
        counted = limits.of_login(address, request)
        if not limits.take(counted):
            self._locked_out(request, address)
            raise self.validation_error("too_many_login_attempts")
        person: User | None = super().authenticate(request, **credentials)
        if person:
            limits.give_back(counted)
        return person

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count nothing here: `authenticate` has its own limits."""

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **details)
        devices.remember(request, response, user)
        return response

    def get_login_stages(self) -> list[str]:
        return [STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and not rules.counts_password_of(user):
            methods = [method for method in methods if method["id"] != "reauthenticate"]
        if rules.is_on() and links.has_one(user):
            methods.append({"id": "sign_on", "description": rules.button(), "url": reverse("sign_on_again")})
        return methods

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return redirect("account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write no letter of allauth's: each that Plumb needs is in accounts.letters."""
        raise LookupError(f"Plumb has no words for {template_prefix}.")

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        if template_prefix not in OF_OURS:
            letters.want("second_factor", user, change=template_prefix.rpartition("/")[2])

    def _locked_out(self, request: HttpRequest, address: str) -> None:
        by = actors.of(request)
        if cache.add(f"locked-out-{by.network}-{securitylog.pseudonym(address)}", 1, TOLD_EVERY):
            securitylog.note_about_address(Kind.LOCKED_OUT, address, by=by)
