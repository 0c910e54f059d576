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
from analytics.passives import exports, page
from analytics.passives.report import report


@require_safe
@managers_only
def show_passives(request: HttpRequest) -> HttpResponse:
    form, zone = filled(PeriodForm, request)
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/passives.html", content, status=400)
    return render(
        request, "analytics/passives.html", content | page.contents(report(form.selection(zone)), request.GET)
    )


@require_safe
@managers_only
def download_passives(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the topics with the same filters, as CSV or XLSX, and note who took them along."""
    form, zone = filled(PeriodForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('passives')}?{request.GET.urlencode()}")
    return hand_out(request, exports.table(report(form.selection(zone))), "passives", kind)
