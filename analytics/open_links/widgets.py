"""Web widgets beside open links: the same table, on which sites they stand, and how often they were seen there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from analytics.dashboard import numbers
from analytics.dashboard.exports import DIGITS
from analytics.dashboard.readers import managers_only
from analytics.open_links import looks
from analytics.open_links.looks import Looks
from analytics.open_links.sample import WayInSample
from analytics.open_links.views import COLUMNS, WaysInForm, download, show
from analytics.rollups.cells import Selection
from responses.models import WebWidget

# What the file says of them besides; empty where nobody looked, and the share where few did.
LOOKS = ("seen", "closed", "seen_and_answered", "share", "share_low", "share_high")


class WidgetsForm(WaysInForm):
    ways = WebWidget
    page = "widgets"


@require_safe
@managers_only
def show_widgets(request: HttpRequest) -> HttpResponse:
    return show(request, WidgetsForm, "analytics/widgets.html", {}, _with_looks)


@require_safe
@managers_only
def download_widgets(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the table with the same filters, as CSV or XLSX, and note who took it along."""
    return download(request, WidgetsForm, "widgets", kind, ("widget", *COLUMNS[1:], *LOOKS), _exported)


def _with_looks(rows: Sequence[WayInSample], selection: Selection) -> Sequence[dict[str, Any]]:
    found = looks.read((row.way for row in rows), selection.period)
    return [
        {"sites": [site.partition("://")[2] for site in row.way.origins], **_written(found.get(row.way.pk))}
        for row in rows
    ]


def _written(found: Looks | None) -> dict[str, str]:
    if found is None:
        return {}
    interval = found.interval
    return {
        "seen": numbers.thousands(found.seen),
        "closed": numbers.thousands(found.closed),
        "seen_and_answered": numbers.thousands(found.answered),
        "share": numbers.percent(found.share) if interval else "",
        "share_low": numbers.percent(interval.low) if interval else "",
        "share_high": numbers.percent(interval.high) if interval else "",
    }


def _exported(rows: Sequence[WayInSample], selection: Selection) -> Sequence[tuple[Any, ...]]:
    found = looks.read((row.way for row in rows), selection.period)
    return [_cells(found.get(row.way.pk)) for row in rows]


def _cells(found: Looks | None) -> tuple[Any, ...]:
    if found is None:
        return (None,) * len(LOOKS)
    ends = (found.share, found.interval.low, found.interval.high) if found.interval else (None,) * 3
    shares = (None if end is None else round(end, DIGITS) for end in ends)
    return (found.seen, found.closed, found.answered, *shares)
