"""The attainment of goals as a table, for schemes that pay teams by it: with its interval, and no person in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from accounts.models import User
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.files import Row
from analytics.goals import attainment, book
from analytics.goals.attainment import Attainment

NAMES = (
    "team", "metric", "span", "start", "end", "is_over", "target", "value", "low", "high", "answers",
    "distance", "distance_low", "distance_high", "verdict", "times_set", "target_set_at",
)  # fmt: skip


def table(person: User, today: date, zone: ZoneInfo) -> ExportedTable:
    """Return the goals in the reach of a person whose periods have begun, the newest first.

    `value`, its interval and the `distance` from the target are empty below five answers. An empty team is the company.
    """
    goals = book.in_reach(person).standing().filter(start__lte=today).select_related("team")
    attained = attainment.of(goals.order_by("-start", "span", "team__name", "pk"), today, zone)
    return ExportedTable(NAMES, list(_rows(attained)))


def _rows(attained: Iterable[Attainment]) -> Iterable[Row]:
    for each in attained:
        goal, figures, distance = each.goal, each.figures, each.distance_interval
        interval = figures.interval if figures.is_shown else None
        yield (
            goal.team.name if goal.team else "",
            goal.metric,
            goal.span,
            goal.start.isoformat(),
            goal.period.last_day.isoformat(),
            not each.is_running,
            each.target,
            _rounded(figures.value if figures.is_shown else None),
            _rounded(interval.low if interval else None),
            _rounded(interval.high if interval else None),
            figures.n,
            _rounded(each.distance),
            _rounded(distance.low if distance else None),
            _rounded(distance.high if distance else None),
            each.progress.value,
            goal.number,
            goal.set_at,
        )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
