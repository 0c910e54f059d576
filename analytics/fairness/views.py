from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.arithmetic import ARITHMETIC
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.report import is_closed
from analytics.fairness import comparison, groups, page
from analytics.fairness.forms import FairForm
from analytics.why import segments


@require_safe
@permission_required("analytics.view_dashboard", raise_exception=True)
def show_fair(request: HttpRequest) -> HttpResponse:
    form, zone = filled(FairForm, request)
    content = filter_lists(form, request.GET) | {"search": form["q"]}
    if not form.is_valid():
        return render(request, "analytics/fair.html", content, status=400)
    selection, who = form.selection(zone), form.cleaned_data["who"]
    found = groups.read(selection, who)
    compared = comparison.compare(
        ARITHMETIC[selection.metric], found.counts, found.hanging, is_closed=is_closed(selection, form.today)
    )
    content |= page.contents(selection, compared, who, segments.names(who, form.lists), request.GET)
    return render(request, "analytics/fair.html", content)
