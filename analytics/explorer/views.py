"""Every answer that a person may see: chosen, read on a page, taken along as a file; choices kept by name."""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock, company_clock, securitylog
from accounts.models import SecurityEvent, User
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.readers import managers_only
from analytics.explorer import answers, page, spreadsheets
from analytics.explorer.forms import AnswersForm, SavedViewForm, Vocabulary
from analytics.models import SavedView
from crm import samples
from responses.models.response import ResponseQuerySet
from responses.word_access import WordAccess


@require_safe
@managers_only
def show_answers(request: HttpRequest) -> HttpResponse:
    return _page(request, SavedViewForm())


@require_safe
@managers_only
def download_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the chosen answers as CSV; with `mark` it begins with the mark by which Excel knows UTF-8."""

    def file(found: ResponseQuerySet, access: WordAccess) -> HttpResponseBase:
        lines = spreadsheets.csv_lines(found, access, marked="mark" in request.GET)
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=_attached("csv"))

    return _download(request, "csv", file)


@require_safe
@managers_only
def download_xlsx(request: HttpRequest) -> HttpResponseBase:
    def file(found: ResponseQuerySet, access: WordAccess) -> HttpResponseBase:
        book = spreadsheets.workbook(found, access, company_clock.zone())
        return FileResponse(book, as_attachment=True, filename=_file_name("xlsx"))

    return _download(request, "xlsx", file)


@require_POST
@managers_only
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the page under a name; a name that its person had before is given to these filters."""
    filters, _zone = _form(request)
    # A view is a choice of answers, not a place among them.
    query = urlencode({name: value for name, value in request.GET.items() if value and name in filters.fields})
    form = SavedViewForm(request.POST)
    if len(query) > form.LONGEST_QUERY:
        form.add_error("name", _("These filters are too long to be kept. Look for fewer words."))
    if not (form.is_valid() and filters.is_valid()):
        return _page(request, form, status=400)
    values = {"query": query, "is_shared": form.cleaned_data["is_shared"]}
    SavedView.objects.update_or_create(owner=cast(User, request.user), name=form.cleaned_data["name"], defaults=values)
    messages.success(request, _("The view is saved."))
    return redirect(f"{request.path.removesuffix('views/')}?{request.GET.urlencode()}")


@require_POST
@managers_only
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedView, pk=pk, owner=cast(User, request.user)).delete()
    messages.success(request, _("The view is deleted."))
    return redirect("answers")


def _form(request: HttpRequest) -> tuple[AnswersForm, ZoneInfo]:
    access = WordAccess.of_request(request)
    return filled(AnswersForm, request, known=Vocabulary.fetch(), access=access)


def _page(request: HttpRequest, saving: SavedViewForm, status: int = 200) -> HttpResponse:
    form, zone = _form(request)
    content = page.filters(form, request.GET) | {
        "saving": saving,
        "views": page.views_of(cast(User, request.user)),
        "query": request.GET.urlencode(),
    }
    if form.is_valid():
        content |= page.contents(form, zone, request.GET)
    else:
        status = 400
    return render(request, "analytics/answers.html", content, status=status)


def _download(
    request: HttpRequest, kind: str, file: Callable[[ResponseQuerySet, WordAccess], HttpResponseBase]
) -> HttpResponseBase:
    """Send what `file` makes of the chosen answers, and note in the security log who took them along."""
    form, zone = _form(request)
    if not form.is_valid():
        return _page(request, SavedViewForm())
    found = answers.chosen(form, zone)
    securitylog.note(
        SecurityEvent.Kind.EXPORTED, subject=f"answers.{kind}", rows=found.count(), filters=request.GET.dict()
    )
    return file(found, form.access)


def _attached(kind: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{_file_name(kind)}"'}


def _file_name(kind: str) -> str:
    return samples.marked(f"answers-{clock.now():%Y-%m-%d}.{kind}")
