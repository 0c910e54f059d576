from __future__ import annotations

from collections.abc import Sequence
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
from analytics.open_links.sample import LinkSample
from analytics.rollups.cells import Selection
from analytics.unit import Unit
from surveys.models import Origin

COLUMNS = (
    "link", "survey", "brand", "place", "channel", "campaign", "product", "answers", "good", "middle", "bad", "value",
    "low", "high", "waiting",
)  # fmt: skip


class OpenLinksForm(DashboardForm):
    """The filters of a page that knows one origin. Each answer counts: who gave it is mostly not known."""

    unused = ("by", "compare", "origin")

    def selection(self, zone: ZoneInfo) -> Selection:
        return replace(super().selection(zone), origins=(Origin.OPEN_LINK.value,), unit=Unit.ANSWERS)


@require_safe
@managers_only
def show_open_links(request: HttpRequest) -> HttpResponse:
    form, zone = filled(OpenLinksForm, request)
    content: dict[str, Any] = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/open_links.html", content, status=400)
    selection = form.selection(zone)
    rows = sample.read(selection)
    content |= {
        "lines": _lines(rows, selection, request.GET),
        "is_read": True,
        "metric": words.of(selection.metric),
        "query": request.GET.urlencode(),
        "may_print": request.user.has_perm("responses.print_open_links"),
    }
    return render(request, "analytics/open_links.html", content)


@require_safe
@managers_only
def download_open_links(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the table with the same filters, as CSV or XLSX, and note who took it along."""
    form, zone = filled(OpenLinksForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('open_links')}?{request.GET.urlencode()}")
    rows = sample.read(form.selection(zone))
    return hand_out(request, ExportedTable(COLUMNS, [_exported(row) for row in rows]), "open-links", kind)


def _lines(rows: Sequence[LinkSample], selection: Selection, query: QueryDict) -> list[dict[str, Any]]:
    axis = whiskers.axis([row.figures for row in rows], sample.together(rows, selection.metric))
    return [
        {
            "link": row.link,
            "about": [
                str(fact) for fact in (row.link.place, row.link.channel, row.link.campaign, row.link.product) if fact
            ],
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


def _answers(selection: Selection, query: QueryDict, row: LinkSample, more: dict[str, str]) -> str:
    chosen = {"origin": Origin.OPEN_LINK.value, "link": str(row.link.pk), **more}
    return answer_links.of_page(selection, query, **chosen)


def _number(figures: Figures) -> dict[str, str]:
    interval = figures.interval if figures.is_shown else None
    return {
        "value": numbers.points(figures.value) if figures.is_shown else "",
        "low": numbers.points(interval.low, 0) if interval else "",
        "high": numbers.points(interval.high, 0) if interval else "",
    }


def _exported(row: LinkSample) -> tuple[Any, ...]:
    link, figures = row.link, row.figures
    interval = figures.interval if figures.is_shown else None
    ends = (figures.value, interval.low, interval.high) if interval and figures.value is not None else (None,) * 3
    facts = (link.survey, link.survey.brand, link.place, link.channel or "", link.campaign, link.product or "")
    return (
        link.entry.name,
        *(str(fact) for fact in facts),
        figures.n,
        figures.counts.good,
        figures.counts.middle,
        figures.counts.bad,
        *(None if end is None else round(end, DIGITS) for end in ends),
        row.waiting,
    )
