"""How far the silent could change the number."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.silence import exports, page
from analytics.silence.forms import SilenceForm
from analytics.silence.study import study


@require_safe
@managers_only
def show_silence(request: HttpRequest) -> HttpResponse:
    form, zone = filled(SilenceForm, request)
    content = filter_lists(form, request.GET) | {"query": request.GET.urlencode(), "fields": [form["goal"]]}
    if not form.is_valid():
        return render(request, "analytics/silence.html", content, status=400)
    found = study(form.selection(zone), form.traits, form.today)
    content |= page.contents(found, form.cleaned_data["goal"], form.lists, form.today, request.GET)
    return render(request, "analytics/silence.html", content)


@require_safe
@managers_only
def download_silence(request: HttpRequest, table: str, kind: str) -> HttpResponseBase:
    """Send a table of the page with the same filters, as CSV or XLSX, and note who took it along."""
    if table not in exports.TABLES:
        raise Http404
    form, zone = filled(SilenceForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('silence')}?{request.GET.urlencode()}")
    found = exports.table(
        study(form.selection(zone), form.traits, form.today), table, form.lists, form.cleaned_data["goal"]
    )
    return hand_out(request, found, f"silence.{table}", kind)
