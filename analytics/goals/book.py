"""The goals of teams: whose somebody may see, setting one, withdrawing one, and what was set before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import Team, User
from analytics.dashboard.filters import teams_in_reach
from analytics.models import Goal
from analytics.models.goal import GoalQuerySet

# Two people may set the same goal at the same moment; the one who comes later looks again.
ATTEMPTS = 3


def in_reach(person: User) -> GoalQuerySet:
    """Return the goals, those that held before too, of the teams whose numbers a person may see."""
    teams = teams_in_reach(person)
    everything: GoalQuerySet = Goal.objects.all()
    return everything if teams is None else everything.filter(team__in=teams)


def aim(
    *, team: Team | None, metric: str, span: str, start: date, target: Decimal | None, by: User
) -> tuple[Goal | None, bool]:
    """Let a target hold from now on, None withdrawing it; return what holds and whether anything changed.

    The target that holds already changes nothing, however often and by how many at once it is set.
    """
    for attempt in range(ATTEMPTS):
        newest = Goal.objects.filter(team=team, metric=metric, span=span, start=start).order_by("-number").first()
        if (newest.target if newest else None) == target:
            return newest, False
        try:
            with transaction.atomic():
                return Goal.objects.create(
                    team=team,
                    metric=metric,
                    span=span,
                    start=start,
                    target=target,
                    number=newest.number + 1 if newest else 1,
                    set_by=by,
                ), True
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def history(goals: Iterable[Goal]) -> dict[tuple[int | None, str, str, date], list[Goal]]:
    """Return everything that was ever set for the periods of some goals, the newest first, by their keys."""
    keys = Q(pk__in=[])
    for goal in goals:
        keys |= Q(team=goal.team_id, metric=goal.metric, span=goal.span, start=goal.start)
    found: dict[tuple[int | None, str, str, date], list[Goal]] = {}
    for goal in Goal.objects.filter(keys).select_related("set_by").order_by("-number"):
        found.setdefault(goal.key, []).append(goal)
    return found
