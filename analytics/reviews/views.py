from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_info
from django.views.decorators.http import require_safe

from analytics.counts import ENOUGH
from analytics.dashboard import numbers
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import PeriodForm
from analytics.dashboard.readers import managers_only
from analytics.reviews import visits
from analytics.reviews.visits import PlaceReached

COLUMNS = ("brand", "place", "language", "shown", "visited", "share", "low", "high")


@require_safe
@managers_only
def show_reviews(request: HttpRequest) -> HttpResponse:
    form, zone = filled(PeriodForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/reviews.html", content, status=400)
    content |= _contents(visits.read(form.selection(zone)), request.GET)
    return render(request, "analytics/reviews.html", content | {"is_read": True})


@require_safe
@managers_only
def download_reviews(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the table with the same filters, as CSV or XLSX, and note who took it along."""
    form, zone = filled(PeriodForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('reviews')}?{request.GET.urlencode()}")
    return hand_out(request, _table(visits.read(form.selection(zone))), "reviews", kind)


def _contents(found: Sequence[PlaceReached], query: QueryDict) -> dict[str, Any]:
    lines = [
        {
            "brand": row.brand,
            "place": row.place,
            "language": get_language_info(row.language)["name_translated"],
            "shown": numbers.thousands(row.shown),
            "visited": numbers.thousands(row.visited),
            "share": numbers.percent(100 * row.visited / row.shown) if row.share else "",
            "low": numbers.percent(row.share.low, 0) if row.share else "",
            "high": numbers.percent(row.share.high, 0) if row.share else "",
            "is_few": row.shown < ENOUGH,
            "is_for_some": row.is_for_some,
        }
        for row in found
    ]
    return {"lines": lines, "is_gated": any(row.is_for_some for row in found), "query": query.urlencode()}


def _table(found: Sequence[PlaceReached]) -> ExportedTable:
    return ExportedTable(
        COLUMNS,
        [(row.brand, row.place, row.language, row.shown, row.visited, *_share(row)) for row in found],
    )


def _share(row: PlaceReached) -> tuple[float | None, float | None, float | None]:
    if row.share is None:
        return None, None, None
    shares = (100 * row.visited / row.shown, row.share.low, row.share.high)
    return tuple(round(share, DIGITS) for share in shares)  # type: ignore[return-value]
