from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from accounts import clock
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.readers import for_who_sees_all_teams
from analytics.experiments import exports, page
from surveys.models import Experiment

ROWS = 50


@for_who_sees_all_teams
def show_experiments(request: HttpRequest) -> HttpResponse:
    experiments = Experiment.objects.select_related("survey").order_by("-starts_at", "-pk")
    shown = Paginator(experiments, ROWS).get_page(request.GET.get("page"))
    content = {"pages": shown, "lines": page.lines(shown, clock.now())}
    return render(request, "analytics/experiments.html", content)


@for_who_sees_all_teams
def show_experiment(request: HttpRequest, pk: int) -> HttpResponse:
    now = clock.now()
    found = page.read(_experiment(pk), now)
    return render(request, "analytics/experiment.html", page.contents(found, now))


@for_who_sees_all_teams
def download_experiment(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Send the arms of an experiment, as CSV or XLSX, and note who took them along."""
    found = page.read(_experiment(pk), clock.now())
    return hand_out(request, exports.table(found), f"experiment.{pk}", kind)


def _experiment(pk: int) -> Experiment:
    return get_object_or_404(Experiment.objects.select_related("survey"), pk=pk)
