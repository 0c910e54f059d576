"""There and back: a login begins with a POST from a page of ours and ends where the provider sends the browser back."""

import secrets
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from accounts import actors
from accounts.access import limits
from accounts.access.limits import MINUTE, Limit
from accounts.access.signon import refusal, rules
from accounts.access.signon.provider import CompanyProvider, ProviderConversation, app
from accounts.access.signon.refusal import Refusal, SignOnRefused

View = Callable[..., HttpResponse]
# A whole office may come from one network in the morning.
MOST_BEGUN, MOST_FAILED, WITHIN = 300, 100, 5 * MINUTE


def where_on(view: View) -> View:
    """Let a page of single sign-on be there only where it is set up."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.is_on():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@login_not_required
@where_on
@never_cache
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider, from a page of its own.

    A redirect would be part of the submitted form, and our Content-Security-Policy lets forms lead nowhere else.
    """
    if not Limit(f"sign-ons begun {actors.of(request).network}", MOST_BEGUN, WITHIN).take():
        return refusal.answer(request, SignOnRefused(Refusal.TOO_MANY))
    provider = CompanyProvider(request, app())
    answer: HttpResponse
    try:
        answer = provider.redirect(request, AuthProcess.LOGIN, **_attempt(request))
    except (OAuth2Error, RequestException) as error:
        answer = render_authentication_error(request, provider, exception=error)
    if not isinstance(answer, HttpResponseRedirect):
        return answer
    response = render(request, "accounts/signon/leaving.html", {"address": answer.url})
    response.headers["Refresh"] = f"0; url={answer.url}"
    return response


class CallbackView(OAuth2CallbackView):  # type: ignore[misc]
    """allauth's end of a login; the conversation is told what the attempt remembers, its nonce above all."""

    adapter: ProviderConversation

    def _get_state(self, request: HttpRequest, provider: CompanyProvider) -> tuple[Any, HttpResponse | None]:
        state, refused = super()._get_state(request, provider)
        self.adapter.asked = state or {}
        return state, refused


@login_not_required
@where_on
@never_cache
@require_safe
def end(request: HttpRequest) -> HttpResponse:
    failures = [Limit(f"sign-ons failed {actors.of(request).network}", MOST_FAILED, WITHIN)]
    if not limits.take(failures):
        return refusal.answer(request, SignOnRefused(Refusal.TOO_MANY))
    view = CallbackView.adapter_view(ProviderConversation(request, app().provider_id))
    response: HttpResponse = view(request)
    if response.status_code == 302:
        limits.give_back(failures)
    return response


@where_on
@never_cache
@require_safe
def prove_again(request: HttpRequest) -> HttpResponse:
    """Ask somebody who is logged in to log in at the provider once more."""
    others = [way for way in get_adapter().get_reauthentication_methods(request.user) if way["url"] != request.path]
    context = {"button": rules.button(), "next": _page_wanted(request), "reauthentication_alternatives": others}
    return render(request, "accounts/signon/reauthenticate.html", context)


def _attempt(request: HttpRequest) -> Mapping[str, Any]:
    """Return what this session remembers of the attempt, and what of it the provider is told (auth_params)."""
    nonce, again = secrets.token_urlsafe(32), "again" in request.POST and request.user.is_authenticated
    told = {"nonce": nonce, **({"prompt": "login", "max_age": 0} if again else {})}
    return {"nonce": nonce, "again": again, "at": time.time(), "next_url": _page_wanted(request), "auth_params": told}


def _page_wanted(request: HttpRequest) -> str:
    """Return where somebody wants to go after the login, if that is a page of ours."""
    page = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if is_ours else ""
