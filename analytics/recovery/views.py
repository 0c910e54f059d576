from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import PeriodForm
from analytics.dashboard.readers import managers_only
from analytics.recovery import exports, page, pairs
from analytics.recovery.study import study


@require_safe
@managers_only
def show_recovery(request: HttpRequest) -> HttpResponse:
    form, zone = filled(PeriodForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/recovery.html", content, status=400)
    selection = form.selection(zone)
    content |= page.contents(study(selection.metric, pairs.read(selection)), request.GET)
    return render(request, "analytics/recovery.html", content | {"mixes_kinds": form.mixes_kinds, "is_read": True})


@require_safe
@managers_only
def download_recovery(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the pairs of scores with the same filters, as CSV or XLSX, and note who took them along."""
    form, zone = filled(PeriodForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('recovery')}?{request.GET.urlencode()}")
    selection = form.selection(zone)
    return hand_out(request, exports.table(selection.metric, pairs.read(selection)), "recovery", kind)
