from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.casework.page import names_of_teams
from analytics.compensations import exports, given, page
from analytics.compensations.effect import study
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import PeriodForm
from analytics.dashboard.readers import managers_only
from analytics.recovery import pairs
from analytics.rollups.cells import Selection

# What can be taken along: how it is read, and what its rows are called.
TABLES: dict[str, tuple[Callable[[Selection], page.Sums], Callable[[Any], dict[Any, str]]]] = {
    page.KINDS: (given.by_kind, page.names_of_kinds),
    page.TEAMS: (given.by_team, names_of_teams),
}


@require_safe
@managers_only
def show_compensations(request: HttpRequest) -> HttpResponse:
    form, zone = filled(PeriodForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/compensations.html", content, status=400)
    selection = form.selection(zone)
    kinds, teams = given.by_kind(selection), given.by_team(selection)
    effect = study(selection.metric, pairs.read(selection))
    content |= page.contents(selection, given.in_all(selection), kinds, teams, effect, request.GET)
    return render(request, "analytics/compensations.html", content | {"is_read": True})


@require_safe
@managers_only
def download_compensations(request: HttpRequest, table: str, kind: str) -> HttpResponseBase:
    """Send what was given by kind or team with the same filters, as CSV or XLSX, and note who took it along."""
    if table not in TABLES:
        raise Http404
    form, zone = filled(PeriodForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('compensations')}?{request.GET.urlencode()}")
    read, names = TABLES[table]
    found = read(form.selection(zone))
    return hand_out(request, exports.table(found, names(found)), f"compensations.{table}", kind)
