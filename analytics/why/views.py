from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.report import report
from analytics.why import page, segments
from analytics.why.explanation import explain
from analytics.why.forms import WhyForm


@require_safe
@permission_required("analytics.view_dashboard", raise_exception=True)
def show_why(request: HttpRequest) -> HttpResponse:
    form, zone = filled(WhyForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/why.html", content, status=400)
    dimension = form.cleaned_data["segments"]
    found = report(form.selection(zone), form.lists.names, form.today)
    explanation = explain(found, segments.of(found, dimension))
    content |= page.contents(found, explanation, dimension, segments.names(dimension, form.lists), request.GET)
    return render(request, "analytics/why.html", content)
