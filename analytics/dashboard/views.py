from __future__ import annotations

from dataclasses import replace
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import landings
from accounts.models import User
from analytics.alarms import page as alarms
from analytics.dashboard import bands, comments, doubts, growth, reference_lines, tables
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.readers import managers_only
from analytics.dashboard.report import Report, report
from analytics.goals import page as goals
from analytics.headlines import lines as headlines
from analytics.headlines.window import judged_report
from analytics.improvements import marks
from analytics.models import Dimension, Rollup
from analytics.periods import Granularity
from analytics.rollups.cells import Selection
from responses.word_access import WordAccess
from surveys.models import Origin


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    if name := landings.of(person):
        return redirect(name)
    if not person.sees_all_teams and is_rated(person):
        return redirect("mine")
    return redirect("dashboard" if person.is_manager else "inbox")


def is_rated(person: User) -> bool:
    """Say whether customers have rated this person, as far as it is counted by now."""
    return Rollup.objects.filter(
        span=Rollup.Span.MONTH, dimension=Dimension.MANAGER, member_id=person.pk, origin=Origin.INVITED
    ).exists()


@require_safe
@managers_only
def show_dashboard(request: HttpRequest) -> HttpResponse:
    form, zone = filled(DashboardForm, request)
    page = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/dashboard.html", page, status=400)
    selection, names, today = form.selection(zone), form.lists.names, form.today
    found = read(form, selection)
    watched = alarms.of_dashboard(selection, cast(User, request.user))
    aims, benchmarks = goals.of_dashboard(selection, today), reference_lines.benchmarks(selection.metric)
    lines = [*aims.pop("goal_lines", ()), *(line for _row, line in benchmarks)]
    done = marks.of_chart(found.selection, cast(User, request.user))
    page |= tables.contents(
        found,
        growth.of(found, today),
        request.GET,
        today,
        watched.pop("changes", ()),
        lines,
        [(mark.place, mark.label) for mark in done],
    )
    page |= headlines.contents(judged_report(found, names, today), request.GET, found)
    page |= watched | aims | {"query": request.GET.urlencode()}
    page |= {"benchmarks": [row for row, _line in benchmarks], "band": bands.of(found.now), "done": done}
    page["mixes_kinds"] = form.mixes_kinds
    page["doubts"] = doubts.of(selection, found.now.answers)
    page["comments"] = comments.newest(selection, WordAccess.of_request(request))
    return render(request, "analytics/dashboard.html", page)


def read(form: DashboardForm, selection: Selection) -> Report:
    """Return the report of what a valid form selects, by months where most weeks would have too few answers."""
    found = report(selection, form.lists.names, form.today)
    if not form.cleaned_data["by"] and found.is_thin:
        found = report(replace(selection, granularity=Granularity.MONTH), form.lists.names, form.today)
    return found
