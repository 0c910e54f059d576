"""The improvements that were done in some days, of those that a reader sees and that concern the teams they look at."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from analytics.improvements.effect import WINDOW
from analytics.periods import Period
from followups.models import Improvement


def within(days: Period, reader: User, teams: Sequence[int] | None) -> list[Improvement]:
    """Return them in the order of their days; `teams`: None for all. One query."""
    found = Improvement.objects.visible_to(reader).done().filter(done_on__gte=days.start, done_on__lt=days.end)
    return [each for each in found.order_by("done_on", "pk") if _concerns(each, teams)]


def telling(days: Period) -> Period:
    """Return when that was done of which a report of these days tells: in them, or so lately that they show it."""
    return Period(min(days.start, days.end - WINDOW), days.end)


def _concerns(improvement: Improvement, teams: Sequence[int] | None) -> bool:
    return teams is None or improvement.team_id is None or improvement.team_id in teams
