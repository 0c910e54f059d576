"""What a session has proved at the provider: that it is this person, when, and whether with a second factor there."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.access.signon.idtoken import Claims
from accounts.models import User

IN_SESSION = "signed_on"
WAY = "single sign-on"

View = Callable[..., HttpResponseBase]


def keep(request: HttpRequest, person: User, claims: Claims) -> None:
    """Let the session know that the provider vouched for `person` now; it counts as having proved it anew."""
    request.session[IN_SESSION] = {"person": person.pk, "second_factor": has_second_factor(claims)}
    record_authentication(request, person, "socialaccount", reauthenticated=True)


def has_second_factor(claims: Claims) -> bool:
    """Say whether one of the methods (amr) or the class (acr) of a login is one that the settings trust."""
    methods = claims.get("amr")
    told = [*(methods if isinstance(methods, list) else []), claims.get("acr")]
    return any(word in told for word in settings.SIGN_ON_SECOND_FACTOR)


def came_by_provider(request: HttpRequest, person: User) -> bool:
    found = request.session.get(IN_SESSION)
    return bool(found and found["person"] == person.pk)


def gave_second_factor(request: HttpRequest, person: User) -> bool:
    """Say whether this session's login had a second factor at the provider that makes ours needless."""
    return came_by_provider(request, person) and bool(request.session[IN_SESSION]["second_factor"])


def wanted_lately(view: View) -> View:
    """Ask people who have neither password nor second factor to prove at the provider who they are.

    allauth asks them nothing; whoever took over a session could set up a password or a second factor of their own.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not get_reauthentication_flows(request.user) and not _is_recent(request):
            if not settings.SIGN_ON_ISSUER:
                raise PermissionDenied
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded


def _is_recent(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    proved = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(proved) and time.time() - proved[-1] < app_settings.REAUTHENTICATION_TIMEOUT
