import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve

CUSTOMER_PATH = re.compile(r"/s/(?:[^/]+/(?:d/)?|brand/[^/]+\.css)")


class CustomerPagesMiddleware:
    """Answer customers' pages before sessions, logins, messages and their cookies come in.

    A customer has no account and gets no cookie: the token in the address is all they need. What the pages need
    instead (headers, language) is done by their views. Whatever stands above this in MIDDLEWARE still applies.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not CUSTOMER_PATH.fullmatch(request.path_info):
            return self.get_response(request)
        match = request.resolver_match = resolve(request.path_info, "responses.page.urls")
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response
