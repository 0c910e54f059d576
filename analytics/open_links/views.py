from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.dashboard import answer_links, numbers, whiskers, words
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.readers import managers_only
from analytics.dashboard.report import Figures
from analytics.open_links import sample
from analytics.open_links.sample import WayInSample
from analytics.rollups.cells import Selection
from analytics.unit import Unit
from responses.models import OpenLink, WayIn

COLUMNS = (
    "link", "survey", "brand", "place", "channel", "campaign", "product", "answers", "good", "middle", "bad", "value",
    "low", "high", "waiting",
)  # fmt: skip


class WaysInForm(DashboardForm):
    """The filters of a page that knows one origin. Each answer counts: who gave it is mostly not known."""

    unused = ("by", "compare", "origin")
    ways: type[WayIn]
    # The name of its address.
    page: str

    def selection(self, zone: ZoneInfo) -> Selection:
        return replace(super().selection(zone), origins=(self.ways.ORIGIN.value,), unit=Unit.ANSWERS)


class OpenLinksForm(WaysInForm):
    ways = OpenLink
    page = "open_links"


@require_safe
@managers_only
def show_open_links(request: HttpRequest) -> HttpResponse:
    more = {"may_print": request.user.has_perm("responses.print_open_links")}
    return show(request, OpenLinksForm, "analytics/open_links.html", more)


@require_safe
@managers_only
def download_open_links(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the table with the same filters, as CSV or XLSX, and note who took it along."""
    return download(request, OpenLinksForm, "open-links", kind)


def show(
    request: HttpRequest,
    form_class: type[WaysInForm],
    template: str,
    more: dict[str, Any],
    about: Callable[[Sequence[WayInSample], Selection], Sequence[dict[str, Any]]] | None = None,
) -> HttpResponse:
    """Return the page of all ways in of one sort; `about` adds to their lines what that sort has alone."""
    form, zone = filled(form_class, request)
    content: dict[str, Any] = filter_lists(form, request.GET) | {"page": form_class.page}
    if not form.is_valid():
        return render(request, template, content, status=400)
    selection = form.selection(zone)
    rows = sample.read(selection, form_class.ways)
    lines = _lines(rows, selection, request.GET)
    content |= {
        "lines": [line | own for line, own in zip(lines, about(rows, selection), strict=True)] if about else lines,
        "is_read": True,
        "metric": words.of(selection.metric),
        "query": request.GET.urlencode(),
        **more,
    }
    return render(request, template, content)


def download(
    request: HttpRequest,
    form_class: type[WaysInForm],
    name: str,
    kind: str,
    columns: tuple[str, ...] = COLUMNS,
    more: Callable[[Sequence[WayInSample], Selection], Sequence[tuple[Any, ...]]] | None = None,
) -> HttpResponseBase:
    """Send the table as a file; `more` adds to its rows what the last of `columns` name."""
    form, zone = filled(form_class, request)
    if not form.is_valid():
        return redirect(f"{reverse(name.replace('-', '_'))}?{request.GET.urlencode()}")
    selection = form.selection(zone)
    rows = sample.read(selection, form_class.ways)
    own = more(rows, selection) if more else [()] * len(rows)
    cells: list[Sequence[Any]] = [(*_exported(row), *added) for row, added in zip(rows, own, strict=True)]
    return hand_out(request, ExportedTable(columns, cells), name, kind)


def _lines(rows: Sequence[WayInSample], selection: Selection, query: QueryDict) -> list[dict[str, Any]]:
    axis = whiskers.axis([row.figures for row in rows], sample.together(rows, selection.metric))
    return [
        {
            "way": row.way,
            "about": row.way.about,
            "answers": numbers.thousands(row.figures.n),
            "answers_url": _answers(selection, query, row, {}),
            "waiting": numbers.thousands(row.waiting) if row.waiting else "",
            "waiting_url": _answers(selection, query, row, {"evidence": "waiting"}),
            "is_few": row.figures.is_few,
            "whisker": whiskers.whisker(row.figures, axis),
            **_number(row.figures),
        }
        for row in rows
    ]


def _answers(selection: Selection, query: QueryDict, row: WayInSample, more: dict[str, str]) -> str:
    chosen = {"origin": row.way.ORIGIN.value, row.way.FILTER: str(row.way.pk), **more}
    return answer_links.of_page(selection, query, **chosen)


def _number(figures: Figures) -> dict[str, str]:
    interval = figures.interval if figures.is_shown else None
    return {
        "value": numbers.points(figures.value) if figures.is_shown else "",
        "low": numbers.points(interval.low, 0) if interval else "",
        "high": numbers.points(interval.high, 0) if interval else "",
    }


def _exported(row: WayInSample) -> tuple[Any, ...]:
    way, figures = row.way, row.figures
    interval = figures.interval if figures.is_shown else None
    ends = (figures.value, interval.low, interval.high) if interval and figures.value is not None else (None,) * 3
    facts = (way.survey, way.survey.brand, way.place, way.channel or "", way.campaign, way.product or "")
    return (
        way.entry.name,
        *(str(fact) for fact in facts),
        figures.n,
        figures.counts.good,
        figures.counts.middle,
        figures.counts.bad,
        *(None if end is None else round(end, DIGITS) for end in ends),
        row.waiting,
    )
