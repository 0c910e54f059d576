from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.drivers import causes, exports, model, page, patterns
from analytics.drivers.model import DriverReport
from analytics.drivers.page import DriverNames
from analytics.drivers.patterns import Patterns
from analytics.money import afterwards
from analytics.money.forms import AfterwardsForm
from analytics.rollups.cells import Selection
from analytics.topics.priorities import together_of


@require_safe
@managers_only
def show_drivers(request: HttpRequest) -> HttpResponse:
    form, zone = filled(AfterwardsForm, request)
    content = filter_lists(form, request.GET) | {"query": request.GET.urlencode()}
    if not form.is_valid():
        return render(request, "analytics/drivers.html", content, status=400)
    selection = form.selection(zone)
    found, report = _read(selection)
    later = afterwards.read(selection, int(form.cleaned_data["after"]), form.teams, form.today)
    named = _names(form, selection, request.GET, found)
    content |= page.contents(report, later, causes.read(selection), named)
    return render(request, "analytics/drivers.html", content)


@require_safe
@managers_only
def download_drivers(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the tables of the page as one, with the same filters, as CSV or XLSX, and note who took it along."""
    form, zone = filled(AfterwardsForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('drivers')}?{request.GET.urlencode()}")
    selection = form.selection(zone)
    found, report = _read(selection)
    table = exports.table(report, _names(form, selection, request.GET, found))
    return hand_out(request, table, "drivers", kind)


def _read(selection: Selection) -> tuple[Patterns, DriverReport]:
    found = patterns.read(selection)
    return found, model.report(found, together_of(selection, found.total.answers))


def _names(form: AfterwardsForm, selection: Selection, query: QueryDict, found: Patterns) -> DriverNames:
    return DriverNames(selection, query, form.lists, found.bands, Organisation.current().currency)
