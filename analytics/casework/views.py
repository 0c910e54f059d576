from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from analytics.casework import endings, exports, page, work
from analytics.casework.endings import CountedEnding
from analytics.casework.page import Works
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.exports import ExportedTable
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import PeriodForm
from analytics.dashboard.readers import managers_only
from analytics.rollups.cells import Selection

# Whose work there is to read, by the tables of the page.
WORKS: Mapping[str, Callable[[Selection, datetime], Works]] = {
    page.TEAMS: work.by_team,
    page.PERSONS: work.by_person,
    page.STATES: work.by_state,
}
ENDINGS: Mapping[str, Callable[[Selection], list[CountedEnding]]] = {
    page.CAUSES: endings.by_cause,
    page.OUTCOMES: endings.of_content,
}


@require_safe
@managers_only
def show_casework(request: HttpRequest) -> HttpResponse:
    form, zone = filled(PeriodForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/casework.html", content, status=400)
    selection, now = form.selection(zone), clock.now()
    works = {key: read(selection, now) for key, read in WORKS.items()}
    ended = {key: read(selection) for key, read in ENDINGS.items()}
    return render(request, "analytics/casework.html", content | page.contents(works, ended, selection, request.GET))


@require_safe
@managers_only
def download_casework(request: HttpRequest, table: str, kind: str) -> HttpResponseBase:
    """Send one of the tables of the page with the same filters, as CSV or XLSX, and note who took it along."""
    if table not in WORKS.keys() | ENDINGS.keys():
        raise Http404
    form, zone = filled(PeriodForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('casework')}?{request.GET.urlencode()}")
    return hand_out(request, _exported(table, form.selection(zone)), f"casework.{table}", kind)


def _exported(table: str, selection: Selection) -> ExportedTable:
    if table in ENDINGS:
        return exports.table_of_endings(ENDINGS[table](selection))
    found = WORKS[table](selection, clock.now())
    return exports.table(found, page.NAMES[table](found))
