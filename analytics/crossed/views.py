from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.crossed import cells, exports
from analytics.crossed.cells import Crossing
from analytics.crossed.forms import CrossedForm
from analytics.crossed.table import CrossedTable, Ways, lay_out
from analytics.dashboard import words
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filters import USUAL
from analytics.dashboard.readers import managers_only
from analytics.explorer import answers, page
from analytics.explorer.forms import Vocabulary
from responses.word_access import WordAccess


@require_safe
@managers_only
def show_crossed(request: HttpRequest) -> HttpResponse:
    access = WordAccess.of_request(request)
    form, zone = filled(CrossedForm, request, known=Vocabulary.fetch(), access=access)
    content: dict[str, Any] = page.filters(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/crossed.html", content, status=400)
    content |= {
        "table": _table(form, zone, request.GET),
        "words": words.of(form.metric),
        "unit": words.of_unit(form.unit),
        "mixes_kinds": form.mixes_kinds,
        "query": request.GET.urlencode(),
    }
    return render(request, "analytics/crossed.html", content)


@require_safe
@managers_only
def download_crossed(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the whole table with the same filters, as CSV or XLSX, and note who took it along."""
    form, zone = filled(CrossedForm, request, known=Vocabulary.fetch(), access=WordAccess.of_request(request))
    if not form.is_valid():
        return redirect(f"{reverse('crossed')}?{request.GET.urlencode()}")
    return hand_out(request, exports.table(_crossing(form, zone), *form.crossed), "crossed", kind)


def _table(form: CrossedForm, zone: ZoneInfo, query: QueryDict) -> CrossedTable:
    return lay_out(_crossing(form, zone), *form.crossed, form.metric, Ways(_kept(form)), form.segments, query)


def _crossing(form: CrossedForm, zone: ZoneInfo) -> Crossing:
    return cells.read(answers.of_all_categories(form, zone), form.metric, *form.crossed)


def _kept(form: CrossedForm) -> dict[str, str]:
    """Return the filters that choose the answers of the page, as the list of answers takes them."""
    said = {name: str(value) for name, value in form.data.items() if value and name in form.fields}
    latest = {"latest": str(form.cleaned_data["latest"])} if form.cleaned_data["latest"] else {}
    return {"period": USUAL, **{name: said[name] for name in said if name not in ("rows", "columns", "by")}, **latest}
