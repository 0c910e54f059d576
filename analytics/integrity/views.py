from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.readers import for_who_sees_all_teams
from analytics.integrity import entries, exports, page
from analytics.integrity.checks import CHECKS
from analytics.models import Dimension


class IntegrityForm(DashboardForm):
    """The filters of the dashboard. Nothing is compared with days before, there is no chart, and all were invited."""

    unused = ("by", "compare", "origin")


@for_who_sees_all_teams
def show_integrity(request: HttpRequest) -> HttpResponse:
    form, zone = filled(IntegrityForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/integrity.html", content, status=400)
    selection = form.selection(zone)
    cases = {check: of(selection) for check, of in CHECKS.items()}
    shares = {check: each.by_manager() for check, each in cases.items()}
    content |= page.contents(cases, form.lists.names[Dimension.MANAGER], request.GET, shares)
    content["entries"] = entries.read(selection, request.GET)
    return render(request, "analytics/integrity.html", content)


@for_who_sees_all_teams
def download_integrity(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the shares of all managers with the same filters, as CSV or XLSX, and note who took them along."""
    form, zone = filled(IntegrityForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('integrity')}?{request.GET.urlencode()}")
    selection = form.selection(zone)
    shares = {check: of(selection).by_manager() for check, of in CHECKS.items()}
    return hand_out(request, exports.table(shares, form.lists.names[Dimension.MANAGER]), "integrity", kind)
