"""HTML of staff pages is compressed, unless somebody else could learn from how small it becomes (BREACH)."""

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# Of customers the address itself is the key, of logins the page asks for a password; both are small.
LEFT_ALONE = re.compile(r"/(?:s|u|accounts|me/address)/")
# What a page of another site has the browser fetch or open.
OF_OTHERS = ("cross-site", "same-site")


class StaffPagesCompressionMiddleware(GZipMiddleware):
    """Compress pages that a person asked for from here, padded at random as Django does."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if may_be_compressed(request, response):
            return super().process_response(request, response)
        return response


def may_be_compressed(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        response.headers.get("Content-Type", "").startswith("text/html")
        and not LEFT_ALONE.match(request.path_info)
        and request.headers.get("Sec-Fetch-Site") not in OF_OTHERS
    )
