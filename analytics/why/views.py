from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.dashboard.report import Report, report
from analytics.why import exports, page, segments
from analytics.why.explanation import Explanation, explain
from analytics.why.forms import WhyForm


@require_safe
@managers_only
def show_why(request: HttpRequest) -> HttpResponse:
    form, zone = filled(WhyForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/why.html", content, status=400)
    dimension = form.cleaned_data["segments"]
    found, explanation = _explained(form, zone)
    content |= page.contents(found, explanation, dimension, segments.names(dimension, form.lists), request.GET)
    return render(request, "analytics/why.html", content | {"query": request.GET.urlencode()})


@require_safe
@managers_only
def download_why(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the segments of the change with the same filters, as CSV or XLSX, and note who took them along."""
    form, zone = filled(WhyForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('why')}?{request.GET.urlencode()}")
    _report, explanation = _explained(form, zone)
    names = segments.names(form.cleaned_data["segments"], form.lists)
    return hand_out(request, exports.table(explanation, names), "why", kind)


def _explained(form: WhyForm, zone: ZoneInfo) -> tuple[Report, Explanation | None]:
    found = report(form.selection(zone), form.lists.names, form.today)
    return found, explain(found, segments.of(found, form.cleaned_data["segments"]))
