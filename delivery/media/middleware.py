import re
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve

DOOR_PATH = re.compile(r"/(?:sms/[0-9]{1,18}/[^/]+/(?:status|reply)|(?:telegram|whatsapp)/[0-9]{1,18})/")
# What a machine does not need and a browser that was sent here should be told.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}


class GatewayDoorsMiddleware:
    """Answer gateways, Telegram and Meta before sessions, logins, messages and their cookies come in.

    A gateway has no account: its view finds the proof in the address and the signature. Whatever stands above this in
    MIDDLEWARE still applies.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not DOOR_PATH.fullmatch(request.path_info):
            return self.get_response(request)
        match = request.resolver_match = resolve(request.path_info, "delivery.media.urls")
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if response.status_code != HTTPStatus.NO_CONTENT and not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        return response
