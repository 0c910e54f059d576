"""What somebody typed while their session was gone: kept on the server, and shown again after the login.

It is kept in the session of the browser, for as long as `KEPT`, and only for a form that came from a page of ours:
another site could otherwise put words into somebody's mouth. Whoever logs in in that browser sees it on the page
where it was typed, if that page is open to them. Passwords and other secrets are never kept, nor are files.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme

KEPT = timedelta(hours=12)
LONGEST = 64 * 1024
IN_SESSION = "unsent"
# Pages about logins themselves: nothing is written there that could not be given again, and passwords are.
OF_LOGINS = ("/accounts/", "/me/address/", "/i18n/", "/admin/login/", "/admin/logout/")
NEVER_KEPT = ("password", "csrf", "secret")

Unsent = dict[str, Any]


def form_of(request: HttpRequest) -> Unsent | None:
    """Return what was typed into the form that `request` brings, its page and its address; None if it is not kept."""
    action = request.get_full_path()
    if request.method != "POST" or action.startswith(OF_LOGINS) or not came_from_here(request):
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(word in name for word in NEVER_KEPT)
    ]
    if not any(value for _name, value in fields) or sum(len(value) for _name, value in fields) > LONGEST:
        return None
    return {"page": page_of(request), "action": action, "fields": fields, "at": timezone.now().timestamp()}


def came_from_here(request: HttpRequest) -> bool:
    """Say whether the browser swears that a page of ours sent this."""
    if fetched := request.headers.get("Sec-Fetch-Site"):
        return fetched == "same-origin"
    return bool(request.headers.get("Referer")) and _is_ours(request, request.headers["Referer"])


def page_of(request: HttpRequest) -> str:
    """Return the path of the page that the form stood on; its own address where the browser does not say."""
    referrer = request.headers.get("Referer", "")
    if not _is_ours(request, referrer):
        return request.get_full_path()
    parts = urlsplit(referrer)
    return escape_leading_slashes(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


def keep(request: HttpRequest, unsent: Unsent) -> None:
    request.session[IN_SESSION] = unsent
    if not request.user.is_authenticated:
        request.session.set_expiry(KEPT)


def drop(request: HttpRequest) -> None:
    request.session.pop(IN_SESSION, None)


def kept(request: HttpRequest) -> Unsent | None:
    unsent: Unsent | None = request.session.get(IN_SESSION)
    return unsent if unsent and timezone.now().timestamp() - unsent["at"] < KEPT.total_seconds() else None


def unsent(request: HttpRequest) -> dict[str, Any]:
    """Give the template of a page what was typed on it and not sent (a context processor)."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    found = kept(request)
    return {"unsent": found} if found and urlsplit(found["page"]).path == request.path else {}


class UnsentFormMiddleware:
    """Keep a form that met a login page, lead back to where it was typed, and forget it when it has been sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "POST":
            return response
        if request.user.is_authenticated:
            found = kept(request)
            if found and found["action"] == request.get_full_path():
                drop(request)
        elif _leads_to_the_login(response) and (typed := form_of(request)):
            keep(request, typed)
            return redirect_to_login(typed["page"])
        return response


def _leads_to_the_login(response: HttpResponseBase) -> bool:
    return response.status_code == 302 and urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)
