"""Goals of teams: looked at, set, withdrawn, and taken along."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock, company_clock
from accounts.models import Team, User
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filters import teams_in_reach
from analytics.dashboard.readers import managers_only
from analytics.goals import book, exports, page
from analytics.goals.forms import GoalForm

MAY_SET = "analytics.set_goals"
setters_only = permission_required(["analytics.view_dashboard", MAY_SET], raise_exception=True)


@require_safe
@managers_only
def show_goals(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@require_POST
@setters_only
def set_goal(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    form = _form(request, person, company_clock.today(clock.now()))
    if not form.is_valid():
        return _page(request, form, status=400)
    _goal, is_new = book.aim(**form.key, target=form.cleaned_data["target"], by=person)
    messages.success(request, _("The goal is set.") if is_new else _("That goal stands already."))
    return redirect("goals")


@require_POST
@setters_only
def withdraw_goal(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a goal whose period is not over; what was set stays in its history."""
    person = cast(User, request.user)
    goal = get_object_or_404(book.in_reach(person), pk=pk)
    if goal.period.is_over(company_clock.today(clock.now())):
        messages.error(request, _("The period is over: its goal stands."))
        return redirect("goals")
    book.aim(team=goal.team, metric=goal.metric, span=goal.span, start=goal.start, target=None, by=person)
    messages.success(request, _("The goal is withdrawn."))
    return redirect("goals")


@require_safe
@managers_only
def download_attainment(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the attainment of all goals in reach, as CSV or XLSX, and note who took it along."""
    zone = company_clock.zone()
    today = clock.now().astimezone(zone).date()
    return hand_out(request, exports.table(cast(User, request.user), today, zone), "goals", kind)


def _page(request: HttpRequest, form: GoalForm | None, status: int = 200) -> HttpResponse:
    person, zone = cast(User, request.user), company_clock.zone()
    today = clock.now().astimezone(zone).date()
    context = page.contents(person, today, zone)
    if person.has_perm(MAY_SET):
        context["form"] = form or _form(request, person, today)
    return render(request, "analytics/goals.html", context, status=status)


def _form(request: HttpRequest, person: User, today: date) -> GoalForm:
    reach = teams_in_reach(person)
    teams = Team.objects.all() if reach is None else Team.objects.filter(pk__in=reach)
    return GoalForm(
        request.POST or None,
        teams=list(teams.order_by("name", "pk").values_list("pk", "name")),
        is_of_all=reach is None,
        today=today,
    )
