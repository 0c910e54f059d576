from typing import Any, cast

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock, company_clock
from accounts.models import User
from analytics.dashboard import tables
from analytics.dashboard.filters import lists_for, teams_in_reach
from analytics.dashboard.forms import DashboardForm
from analytics.funnel import hours, page, stages


@require_safe
@permission_required("analytics.view_dashboard", raise_exception=True)
def show_funnel(request: HttpRequest) -> HttpResponse:
    user, zone, now = cast(User, request.user), company_clock.zone(), clock.now()
    form = DashboardForm(
        request.GET, lists=lists_for(user), teams=teams_in_reach(user), today=now.astimezone(zone).date()
    )
    content: dict[str, Any] = tables.filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/funnel.html", content, status=400)
    selection = form.selection(zone)
    funnel, rates = stages.read(selection), hours.read(selection, now)
    content |= {
        "funnel": funnel,
        "tables": page.funnel_tables(funnel),
        "hours": page.hours_table(rates) if rates.cells else None,
        "zone": zone.key,
    }
    return render(request, "analytics/funnel.html", content)
