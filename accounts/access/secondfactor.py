"""The second step of a login: a code from an app, or one of ten codes that were written down.

Everybody may have one. Of whom SECOND_FACTOR_FOR demands it sees nothing of Plumb before they have set it up.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import letters, secrets, securitylog
from accounts.access import sessions
from accounts.access.signon import proof
from accounts.models import User
from accounts.securitylog import Kind

NOBODY, ADMINISTRATORS, EVERYBODY = "nobody", "administrators", "everybody"
# What somebody who must set one up may do before: these pages, the choice of a language, and leaving.
BEFORE_IT = ("mfa_", "account_", "sign_on", "set_language")


def is_wanted_of(person: User) -> bool:
    """Say whether this person may not be without a second factor."""
    wanted_of = settings.SECOND_FACTOR_FOR
    return wanted_of == EVERYBODY or (wanted_of == ADMINISTRATORS and person.may_administer)


def has_one(person: User) -> bool:
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


@transaction.atomic
def take_away(person: User) -> bool:
    """Let a person who lost app and codes log in by their password alone again; return False when they had none.

    They are logged out everywhere and told by mail. Where it is wanted of them, they set up a new one at once.
    """
    deleted, _by_model = Authenticator.objects.filter(user=person).delete()
    if not deleted:
        return False
    securitylog.note(Kind.SECOND_FACTOR, about=person, change="taken_away")
    letters.want("second_factor", person, change="taken_away")
    sessions.end_all(person)
    return True


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What Plumb does otherwise than allauth: secrets are sealed, and who must have one cannot drop it."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That is not the code of this moment. Take the next one."),
        "cannot_delete_authenticator": gettext_lazy("Your company wants everybody with your rights to have one."),
    }

    def get_totp_issuer(self) -> str:
        return "Plumb"

    def encrypt(self, text: str) -> str:
        return secrets.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_wanted_of(authenticator.user)


class SecondStepStage(AuthenticateStage):  # type: ignore[misc]
    """The step of a login that asks for the code, unless the company's provider has seen to a second factor."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if proof.gave_second_factor(self.request, self.login.user):
            return None, True
        response: tuple[HttpResponse | None, bool] = super().handle()
        return response


class SecondFactorMiddleware:
    """Lead whoever lacks the second factor that is wanted of them to the page that sets it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_arguments: Any
    ) -> HttpResponse | None:
        # Asked first, so that nothing is looked up where nobody needs one.
        if settings.SECOND_FACTOR_FOR == NOBODY:
            return None
        person: User | AnonymousUser = request.user
        if not isinstance(person, User) or not is_wanted_of(person):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        is_given = proof.gave_second_factor(request, person)
        if is_given or (name or "").startswith(BEFORE_IT) or has_one(person):
            return None
        if getattr(view, "is_background", False):
            # Nobody sees where it would lead, and the sentence would be said over and over.
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        messages.info(request, _("First set up the second step of your login. Your company wants it."))
        return redirect("mfa_activate_totp")
