from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.readers import managers_only
from analytics.funnel import exports, hours, page, stages

# Who was not invited was not asked; nothing is compared with days before, and there is no chart.
NOT_OF_INVITATIONS = {"origin", "by", "compare"}


@require_safe
@managers_only
def show_funnel(request: HttpRequest) -> HttpResponse:
    form, zone = filled(DashboardForm, request)
    content: dict[str, Any] = filter_lists(form, request.GET)
    content["idle"] |= NOT_OF_INVITATIONS
    if not form.is_valid():
        return render(request, "analytics/funnel.html", content, status=400)
    selection = form.selection(zone)
    funnel, rates = stages.read(selection), hours.read(selection, clock.now())
    content |= {
        "funnel": funnel,
        "tables": page.funnel_tables(funnel),
        "hours": page.hours_table(rates) if rates.cells else None,
        "zone": zone.key,
        "query": request.GET.urlencode(),
    }
    return render(request, "analytics/funnel.html", content)


@require_safe
@managers_only
def download_funnel(request: HttpRequest, table: str, kind: str) -> HttpResponseBase:
    """Send the stages or the hours of the page with the same filters, as CSV or XLSX, and note who took them along."""
    form, zone = filled(DashboardForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('funnel')}?{request.GET.urlencode()}")
    selection = form.selection(zone)
    if table == "hours":
        found = exports.hours(hours.read(selection, clock.now()))
    else:
        found = exports.stages(stages.read(selection))
    return hand_out(request, found, f"funnel.{table}", kind)
