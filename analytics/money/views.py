from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.money import exports, page
from analytics.money.forms import MoneyForm
from analytics.money.report import report


@require_safe
@managers_only
def show_money(request: HttpRequest) -> HttpResponse:
    form, zone = filled(MoneyForm, request)
    content = filter_lists(form, request.GET) | {"query": request.GET.urlencode()}
    if not form.is_valid():
        return render(request, "analytics/money.html", content, status=400)
    content |= page.contents(report(form, zone), request.GET)
    return render(request, "analytics/money.html", content)


@require_safe
@managers_only
def download_money(request: HttpRequest, table: str, kind: str) -> HttpResponseBase:
    """Send a table of the page with the same filters, as CSV or XLSX, and note who took it along."""
    if table not in exports.TABLES:
        raise Http404
    form, zone = filled(MoneyForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('money')}?{request.GET.urlencode()}")
    return hand_out(request, exports.table(report(form, zone), table), f"money.{table}", kind)
