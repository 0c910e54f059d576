from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from analytics.casework import exports, page, work
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.readers import managers_only

# What can be taken along: how it is read, and what its rows are called.
TABLES = {
    page.TEAMS: (work.by_team, page.names_of_teams),
    page.PERSONS: (work.by_person, page.names_of_persons),
}


class CaseworkForm(DashboardForm):
    """The filters of the dashboard. Nothing is compared with days before, and there is no chart."""

    unused = ("by", "compare")


@require_safe
@managers_only
def show_casework(request: HttpRequest) -> HttpResponse:
    form, zone = filled(CaseworkForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/casework.html", content, status=400)
    selection, now = form.selection(zone), clock.now()
    teams, persons = work.by_team(selection, now), work.by_person(selection, now)
    return render(request, "analytics/casework.html", content | page.contents(teams, persons, request.GET))


@require_safe
@managers_only
def download_casework(request: HttpRequest, table: str, kind: str) -> HttpResponseBase:
    """Send the work of all teams or persons with the same filters, as CSV or XLSX, and note who took it along."""
    if table not in TABLES:
        raise Http404
    form, zone = filled(CaseworkForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('casework')}?{request.GET.urlencode()}")
    read, names = TABLES[table]
    found = read(form.selection(zone), clock.now())
    return hand_out(request, exports.table(found, names(found)), f"casework.{table}", kind)
