from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.dashboard import comments, doubts, growth, numbers, tables, words
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.dashboard.report import Report
from analytics.dashboard.views import read
from analytics.formulas import scores
from analytics.satisfaction.forms import SatisfactionForm
from responses.word_access import WordAccess
from surveys.metrics import SCALES

TEMPLATE = "analytics/satisfaction.html"


@require_safe
@managers_only
def show_satisfaction(request: HttpRequest, metric: str) -> HttpResponse:
    """Show what a share of good answers is: CSAT or CES, on a page that knows no other metric."""
    form, zone = filled(SatisfactionForm, request, metric=metric)
    page: dict[str, Any] = {"own_metric": metric, "page": metric, "words": words.of(metric), "form": form}
    page["highest"] = SCALES[metric].highest
    if not form.is_asked:
        return render(request, TEMPLATE, page)
    page |= filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, page, status=400)
    found, query = read(form, form.selection(zone)), _of_metric(request.GET, metric)
    page |= tables.contents(found, growth.of(found, form.today), query, form.today)
    page |= {
        "query": query.urlencode(),
        "mean": _mean(found),
        "mixes_kinds": form.mixes_kinds,
        "doubts": doubts.of(found.selection, found.now.answers),
        "comments": comments.newest(found.selection, WordAccess.of_request(request)),
    }
    return render(request, TEMPLATE, page)


def _of_metric(query: QueryDict, metric: str) -> QueryDict:
    """Return the filters of the page as those of the dashboard, which must be told its metric."""
    told = query.copy()
    told["metric"] = metric
    return told


def _mean(report: Report) -> str:
    """Return the mean score; a dash where there are too few answers."""
    return numbers.points(scores.mean(report.by_score) if report.now.is_shown else None, 2)
