"""No request brings more than its purpose needs. What is too large is refused by its head, before anything is read.

Django reads no more than Content-Length says, so the head is enough; a body without one is refused too.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE

API = "/api/"
# Programs read the answer of these.
FOR_PROGRAMS = (API, "/k/answers/", "/w/", "/hooks/")
# The longest body by the beginning of the path, the first that fits; some pages take more from those logged in alone.
LIMITS = (
    (API, settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
    ("/anymail/", 5 * MEGABYTE),
    # Meta tells of many messages at once.
    ("/whatsapp/", 3 * MEGABYTE),
    ("/admin/crm/importrun/", settings.IMPORT_MAX_MB * MEGABYTE),
    ("/admin/", 2 * MEGABYTE),
    ("/inbox/", (settings.REPLY_FILES_MAX_MB + 1) * MEGABYTE),
    # One more than such a file may have, so that its own page says that it is too large.
    ("/setup/configuration/", 6 * MEGABYTE),
    ("/", 128 * KILOBYTE),
)
OF_STRANGERS = 128 * KILOBYTE
FOR_STAFF = ("/admin/", "/inbox/", "/setup/")


class BodyLimitMiddleware:
    """Stand in front of everything that reads a body: pages, forms and the check for forged requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            return refusal(request, HTTPStatus.LENGTH_REQUIRED)
        if length(request) > limit(request.path_info):
            return refusal(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Refuse strangers, now that it can be known who asks, and before the first view or check reads the body."""
        is_for_staff = request.path_info.startswith(FOR_STAFF) and length(request) > OF_STRANGERS
        if is_for_staff and not request.user.is_authenticated:
            return refusal(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return None


def length(request: HttpRequest) -> int:
    """Return how many bytes the body has by its head; what is no number counts as none, as Django reads it."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def limit(path: str) -> int:
    """Return how many bytes may be sent to `path`."""
    return next(most for beginning, most in LIMITS if path.startswith(beginning))


def refusal(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Answer in the shape of whoever asks: the API's error, or a page in the browser's language."""
    with translation.override(translation.get_language_from_request(request)):
        if request.path_info.startswith(FOR_PROGRAMS):
            message = _("The request is too large. Send it in smaller parts.")
            return JsonResponse(
                {"error": {"code": "too_large", "message": message, "fields": {}}}, status=HTTPStatus(status)
            )
        page = render_to_string("413.html", {"language": translation.get_language()})
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
