"""Web widgets beside open links: the same table, and on which sites they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from analytics.dashboard.readers import managers_only
from analytics.open_links.sample import WayInSample
from analytics.open_links.views import COLUMNS, WaysInForm, download, show
from responses.models import WebWidget


class WidgetsForm(WaysInForm):
    ways = WebWidget
    page = "widgets"


@require_safe
@managers_only
def show_widgets(request: HttpRequest) -> HttpResponse:
    return show(request, WidgetsForm, "analytics/widgets.html", {}, _with_sites)


@require_safe
@managers_only
def download_widgets(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the table with the same filters, as CSV or XLSX, and note who took it along."""
    return download(request, WidgetsForm, "widgets", kind, ("widget", *COLUMNS[1:]))


def _with_sites(rows: Sequence[WayInSample]) -> Sequence[dict[str, Any]]:
    return [{"sites": [site.partition("://")[2] for site in row.way.origins]} for row in rows]
