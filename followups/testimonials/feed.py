"""What may be quoted, for a website: JSON by brand, read-only, and nothing of a customer but what they agreed to."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts import visitors
from accounts.access.limits import Limit
from followups.models import QuotePolicy, Testimonial

MOST = 100
USUAL = 20
# So many requests of one network in a minute; a website that asks for itself needs a few an hour.
RATE = 60
# A cache asks each time whether anything changed: what a customer takes back is gone at once.
HEADERS = {
    "Cache-Control": "public, no-cache",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@login_not_required
@require_safe
def show_feed(request: HttpRequest, brand: str) -> HttpResponse:
    """Answer with the latest testimonials; `limit` (1…100, 20), `language`, and `key` unless the feed is open."""
    if not Limit(f"feed {visitors.network(visitors.address(request))}", RATE, 60).take():
        return _answer({"error": "Too many requests."}, HTTPStatus.TOO_MANY_REQUESTS, **{"Retry-After": "60"})
    policy = QuotePolicy.objects.filter(brand__slug=brand, is_feed_on=True).select_related("brand").first()
    if policy is None or not policy.opens_with(request.GET.get("key", "")):
        return _answer({"error": "There is no such feed, or it needs another key."}, HTTPStatus.NOT_FOUND)
    answer = _answer({"brand": policy.brand.name, "testimonials": _told(request, policy)})
    answer.headers["ETag"] = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    found = get_conditional_response(request, etag=answer.headers["ETag"], response=answer)
    if isinstance(found, HttpResponseNotModified):
        for name, value in HEADERS.items():
            found.headers[name] = value
    return found or answer


def _told(request: HttpRequest, policy: QuotePolicy) -> list[dict[str, Any]]:
    told = Testimonial.objects.public().filter(brand=policy.brand_id).order_by("-given_at", "-pk")
    if language := request.GET.get("language"):
        told = told.filter(language__iexact=language)
    return [
        {"id": one.pk, "words": one.words, "language": one.language, "name": one.name, "company": one.company}
        for one in told[: _limit(request.GET.get("limit", ""))]
    ]


def _limit(text: str) -> int:
    """Return how many are wanted; what is no number from 1 to MOST is the usual."""
    known = text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST
    return int(text) if known else USUAL


def _answer(content: dict[str, Any], status: int = HTTPStatus.OK, **headers: str) -> HttpResponse:
    body = json.dumps(content, ensure_ascii=False)
    return HttpResponse(
        body, status=status, content_type="application/json; charset=utf-8", headers={**HEADERS, **headers}
    )
