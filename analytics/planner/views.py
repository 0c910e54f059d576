"""What asking buys: how many answers come, and what they let one see."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.arithmetic import ARITHMETIC
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.planner import exports, history, page
from analytics.planner.forms import PlannerForm
from analytics.planner.plan import plan


@require_safe
@managers_only
def show_planner(request: HttpRequest) -> HttpResponse:
    form, zone = filled(PlannerForm, request)
    content = filter_lists(form, request.GET) | page.of_forms(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/planner.html", content, status=400)
    selection, segment = form.selection(zone), form.cleaned_data["segments"]
    past = history.read(selection, segment, form.today)
    found = plan(past, form.typed, ARITHMETIC[selection.metric])
    content |= page.contents(past, found, selection, segment, form, request.GET)
    return render(request, "analytics/planner.html", content)


@require_safe
@managers_only
def download_plan(request: HttpRequest, table: str, kind: str) -> HttpResponseBase:
    """Send a table of the page with the same filters and plan, as CSV or XLSX, and note who took it along."""
    if table not in exports.TABLES:
        raise Http404
    form, zone = filled(PlannerForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('planner')}?{request.GET.urlencode()}")
    selection, segment = form.selection(zone), form.cleaned_data["segments"]
    past = history.read(selection, segment, form.today)
    found = plan(past, form.typed, ARITHMETIC[selection.metric])
    taken = exports.table(past, found, table, segment, form.lists)
    return hand_out(request, taken, f"planner.{table}", kind)
