"""One line of the log for every request: who, what, how it ended and how long it took.

The route stands in place of the path, for paths of customers' links and of letters carry the right to open them. Files
of the look and redirects to TLS are in the proxy's log alone, health checks in none.
"""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from accounts import visitors
from responses.page.middleware import OF_CUSTOMERS

log = structlog.get_logger("plumb.requests")

NOT_WORTH_A_LINE = frozenset({"alive", "ready"})


class RequestLogMiddleware:
    """Stand outside of everything that may refuse a request, so that refusals have their lines too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.REQUEST_LOG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        route = _route(request)
        if route not in NOT_WORTH_A_LINE:
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=milliseconds,
                address=_address(request),
                **_who(request),
            )
        return response


def _route(request: HttpRequest) -> str:
    """Return the name of the route, its pattern where it has no name, "" where the path leads nowhere."""
    match = request.resolver_match
    if match is None:
        return ""
    return match.view_name if match.url_name else match.route


def _address(request: HttpRequest) -> str:
    """Return where a request comes from; customers are told apart by their networks only, here as everywhere."""
    address = visitors.address(request)
    return visitors.network(address) if OF_CUSTOMERS.match(request.path_info) else address


def _who(request: HttpRequest) -> dict[str, Any]:
    """Return the number of the person or of the client key, as far as anybody has asked who it is: no query more."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    rows = {"user": user, "client_key": getattr(request, "auth", None)}
    return {name: row.pk for name, row in rows.items() if row is not None and row.pk}
