"""The tables of a dashboard, taken along."""

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock, company_clock, securitylog
from accounts.models import SecurityEvent
from analytics import files
from analytics.dashboard import exports, views
from analytics.dashboard.exports import ExportedTable
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.readers import managers_only
from crm import samples


@require_safe
@managers_only
def download_table(request: HttpRequest, table: str, kind: str) -> HttpResponseBase:
    """Send a table of the dashboard with the same filters, as CSV or XLSX, and note who took it along."""
    if table not in exports.TABLES:
        raise Http404
    form, zone = filled(DashboardForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('dashboard')}?{request.GET.urlencode()}")
    found = exports.table(views.read(form, form.selection(zone)), table)
    return hand_out(request, found, f"dashboard.{table}", kind)


def hand_out(request: HttpRequest, table: ExportedTable, subject: str, kind: str) -> HttpResponseBase:
    """Send a table that was taken along, and note who took it: `subject` names it, `kind` is csv or xlsx."""
    securitylog.note(
        SecurityEvent.Kind.EXPORTED, subject=f"{subject}.{kind}", rows=len(table.rows), filters=request.GET.dict()
    )
    name = subject.removeprefix("dashboard.").replace(".", "-")
    return send(table, f"{name}-{company_clock.today(clock.now())}", kind)


def send(table: ExportedTable, name: str, kind: str) -> HttpResponseBase:
    """Send a table as a file of that name, without the ending: `kind` is csv or xlsx."""
    file_name = samples.marked(f"{name}.{kind}")
    if kind == "xlsx":
        book = files.workbook("Table", table.names, table.rows, company_clock.zone())
        return FileResponse(book, as_attachment=True, filename=file_name)
    harmless = [[files.harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows]
    return StreamingHttpResponse(
        files.csv_pieces(table.names, [harmless], marked=True),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
