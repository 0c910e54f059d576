import re
import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotFound
from django.urls import resolve

from accounts.models import Brand

# How long each process keeps the hosts of the brands.
KEPT_SECONDS = 10
OF_CUSTOMERS = re.compile(rf"/(?:s|o|k|w|u|c|try|quotes|recommend)/|/healthz$|{re.escape(settings.STATIC_URL)}")
CUSTOMER_PATH = re.compile(
    r"/s/(?:[^/]+/(?:d/|r/\d+/)?|brand/[^/]+\.(?:css|png))|/o/(?:confirm/[^/]+/|[^/]+/(?:card-[^/]+\.png)?)"
    r"|/k/(?:answers/|leaving/|worker\.js|app\.webmanifest|pair/[^/]+/)?"
    r"|/w/(?:plumb\.js|question\.js|[^/]+/(?:rules|may-show|shown|answers)/)"
)


class CustomerPagesMiddleware:
    """Answer customers' pages before sessions, logins, messages and their cookies come in.

    A customer has no account and gets no cookie: the token in the address is all they need. Only an open link, whose
    address is everybody's, sets one of its own, and a tablet holds that of its kiosk. What the pages need instead
    (headers, language) is done by their views. Whatever stands above this in MIDDLEWARE still applies.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not CUSTOMER_PATH.fullmatch(request.path_info):
            return self.get_response(request)
        match = request.resolver_match = resolve(request.path_info, "responses.page.urls")
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response


class BrandHostMiddleware:
    """Serve customers' pages only under the hosts of brands: staff and other systems use the installation's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not OF_CUSTOMERS.match(request.path_info) and request.get_host().lower() in hosts_of_brands():
            return HttpResponseNotFound(content_type="text/plain; charset=utf-8")
        return self.get_response(request)


def hosts_of_brands() -> frozenset[str]:
    """Return the hosts that serve customers only; a change in admin takes effect after at most KEPT_SECONDS."""
    return _hosts_of_brands(int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=1)
def _hosts_of_brands(_period: int) -> frozenset[str]:
    return frozenset(host for brand in Brand.objects.only("base_url", "short_url") for host in brand.hosts)
