from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock, company_clock
from accounts.models import User
from analytics.dashboard import tables
from analytics.dashboard.filters import lists_for, teams_in_reach
from analytics.dashboard.report import report
from analytics.why import page, segments
from analytics.why.explanation import explain
from analytics.why.forms import WhyForm


@require_safe
@permission_required("analytics.view_dashboard", raise_exception=True)
def show_why(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    zone, lists = company_clock.zone(), lists_for(user)
    today = clock.now().astimezone(zone).date()
    form = WhyForm(request.GET, lists=lists, teams=teams_in_reach(user), today=today)
    content = tables.filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/why.html", content, status=400)
    dimension = form.cleaned_data["segments"]
    found = report(form.selection(zone), lists.names, today)
    explanation = explain(found, segments.of(found, dimension))
    content |= page.contents(found, explanation, dimension, segments.names(dimension, lists), request.GET)
    return render(request, "analytics/why.html", content)
