from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import clock, company_clock
from accounts.models import User
from analytics.alarms import page as alarms
from analytics.dashboard import comments, doubts, growth, tables
from analytics.dashboard.filters import Lists, lists_for, teams_in_reach
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.report import Report, report
from analytics.headlines import lines
from analytics.headlines.window import judged_report
from analytics.periods import Granularity
from analytics.rollups.cells import Selection


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    return redirect("dashboard" if cast(User, request.user).is_manager else "inbox")


@require_safe
@permission_required("analytics.view_dashboard", raise_exception=True)
def show_dashboard(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    zone, lists = company_clock.zone(), lists_for(user)
    today = clock.now().astimezone(zone).date()
    form = DashboardForm(request.GET, lists=lists, teams=teams_in_reach(user), today=today)
    page = tables.filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/dashboard.html", page, status=400)
    selection = form.selection(zone)
    found = read(form, selection, lists, today)
    watched = alarms.of_dashboard(selection, user)
    page |= tables.contents(found, growth.of(found, today), request.GET, today, watched.pop("changes", ()))
    page |= lines.contents(judged_report(found, lists.names, today), request.GET, found)
    page |= watched | {"query": request.GET.urlencode()}
    page["mixes_kinds"] = form.mixes_kinds
    page["doubts"] = doubts.of(selection, found.now.answers)
    page["comments"] = comments.newest(selection)
    return render(request, "analytics/dashboard.html", page)


def read(form: DashboardForm, selection: Selection, lists: Lists, today: date) -> Report:
    """Return the report of what a valid form selects, by months where most weeks would have too few answers."""
    found = report(selection, lists.names, today)
    if not form.cleaned_data["by"] and found.is_thin:
        found = report(replace(selection, granularity=Granularity.MONTH), lists.names, today)
    return found
