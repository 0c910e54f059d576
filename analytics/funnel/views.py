from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from analytics.dashboard import tables
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.forms import DashboardForm
from analytics.funnel import hours, page, stages


@require_safe
@permission_required("analytics.view_dashboard", raise_exception=True)
def show_funnel(request: HttpRequest) -> HttpResponse:
    form, zone = filled(DashboardForm, request)
    content: dict[str, Any] = tables.filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/funnel.html", content, status=400)
    selection = form.selection(zone)
    funnel, rates = stages.read(selection), hours.read(selection, clock.now())
    content |= {
        "funnel": funnel,
        "tables": page.funnel_tables(funnel),
        "hours": page.hours_table(rates) if rates.cells else None,
        "zone": zone.key,
    }
    return render(request, "analytics/funnel.html", content)
