from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.arithmetic import ARITHMETIC
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.dashboard.report import is_closed
from analytics.fairness import comparison, exports, groups, page
from analytics.fairness.comparison import Comparison
from analytics.fairness.forms import FairForm
from analytics.rollups.cells import Selection
from analytics.why import segments
from analytics.why.pools import Key


@require_safe
@managers_only
def show_fair(request: HttpRequest) -> HttpResponse:
    form, zone = filled(FairForm, request)
    content = filter_lists(form, request.GET) | {"search": form["q"]}
    if not form.is_valid():
        return render(request, "analytics/fair.html", content, status=400)
    selection, who = form.selection(zone), form.cleaned_data["who"]
    compared = _compared(form, selection)
    content |= page.contents(selection, compared, who, segments.names(who, form.lists), request.GET)
    return render(request, "analytics/fair.html", content | {"query": request.GET.urlencode()})


@require_safe
@managers_only
def download_fair(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the comparison with the same filters, as CSV or XLSX, and note who took it along."""
    form, zone = filled(FairForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('fair')}?{request.GET.urlencode()}")
    selection, who = form.selection(zone), form.cleaned_data["who"]
    compared = _compared(form, selection)
    rows = compared.rows if compared else {}
    return hand_out(request, exports.table(rows, segments.names(who, form.lists), selection.metric), "fair", kind)


def _compared(form: FairForm, selection: Selection) -> Comparison[Key] | None:
    found = groups.read(selection, form.cleaned_data["who"])
    return comparison.compare(
        ARITHMETIC[selection.metric], found.counts, found.hanging, is_closed=is_closed(selection, form.today)
    )
