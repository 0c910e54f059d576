from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.trend import breaks, exports, page, windows
from analytics.trend.forms import TrendForm


@require_safe
@managers_only
def show_trend(request: HttpRequest) -> HttpResponse:
    form, zone = filled(TrendForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/trend.html", content, status=400)
    selection = form.selection(zone)
    rolled = windows.read(selection, form.window)
    found = breaks.read(replace(selection, period=windows.days_of(selection.period, form.window)))
    content |= page.contents(selection, rolled, found, request.GET)
    return render(request, "analytics/trend.html", content | {"mixes_kinds": form.mixes_kinds})


@require_safe
@managers_only
def download_trend(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the points of the page with the same filters, as CSV or XLSX, and note who took them along."""
    form, zone = filled(TrendForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('trend')}?{request.GET.urlencode()}")
    return hand_out(request, exports.table(windows.read(form.selection(zone), form.window)), "trend", kind)
