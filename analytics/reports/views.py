"""The report of a period: on the screen and on paper, as a PDF and as a spreadsheet."""

from __future__ import annotations

from io import BytesIO
from typing import cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import securitylog
from accounts.models import SecurityEvent, User
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.periods import Period
from analytics.reports import content, facts, pdf, spreadsheet
from analytics.reports.forms import ReportForm, of_report, scope_of
from crm import samples


@require_safe
@managers_only
def show_report(request: HttpRequest) -> HttpResponse:
    form, zone = filled(ReportForm, request)
    query = of_report(request.GET)
    page = filter_lists(form, request.GET) | {"query": query.urlencode()}
    if not form.is_valid():
        return render(request, "analytics/report.html", page, status=400)
    found = facts.read(form, zone, query, scope_of(form), cast(User, request.user))
    return render(request, "analytics/report.html", page | {"document": content.whole(found)})


@require_safe
@managers_only
def download_report(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the report with the same filters as a file, `kind` being pdf or xlsx, and note who took it along."""
    form, zone = filled(ReportForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('report')}?{request.GET.urlencode()}")
    found = facts.read(form, zone, of_report(request.GET), scope_of(form), cast(User, request.user))
    document = content.whole(found)
    file = BytesIO(pdf.written(document)) if kind == "pdf" else spreadsheet.workbook(document, found)
    securitylog.note(
        SecurityEvent.Kind.EXPORTED, subject=f"report.{kind}", rows=found.report.now.n, filters=request.GET.dict()
    )
    return FileResponse(file, as_attachment=True, filename=samples.marked(f"{_name(found.selection.period)}.{kind}"))


def _name(days: Period) -> str:
    return f"report-{days.start}-{days.last_day}"
