"""Goals as they are read: on their own page, beside the number of a chosen team, and as lines on its chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from analytics.dashboard import numbers, whiskers, words
from analytics.dashboard.filters import OWN
from analytics.dashboard.reference_lines import GOAL, ReferenceLine
from analytics.dashboard.whiskers import Axis, Whisker
from analytics.dashboard.words import Words
from analytics.estimates import Interval
from analytics.goals import attainment, book
from analytics.goals.attainment import Attainment
from analytics.goals.forms import name_of
from analytics.goals.progress import Progress
from analytics.models import Goal
from analytics.rollups.cells import Selection
from surveys.models import Origin

# Goals of periods that are over: the latest of them. All go out as a file.
OVER_SHOWN = 40
TONES = {Progress.ON_TARGET: ("good", "▲"), Progress.BELOW: ("bad", "▼")}


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal as it is printed; `tone` and `sign` go with `verdict`, which says it in words."""

    goal: Goal
    team: str
    metric: str
    period: str
    target: str
    value: str
    low: str
    high: str
    answers: int
    url: str
    whisker: Whisker | None
    verdict: str
    meaning: str
    tone: str
    sign: str
    history: Sequence[tuple[str, Goal]]
    is_open: bool


def contents(person: User, today: date, zone: ZoneInfo) -> dict[str, Any]:
    """Return everything that the page of goals prints of those in the reach of a person."""
    standing = list(book.in_reach(person).standing().select_related("team").order_by("-start", "span", "team__name"))
    over = [goal for goal in standing if goal.period.is_over(today)][:OVER_SHOWN]
    attained = attainment.of([goal for goal in standing if not goal.period.is_over(today)] + over, today, zone)
    lines = _lines(attained, today)
    return {
        "running": [line for line in lines if line.is_open and line.goal.start <= today],
        "ahead": sorted((line for line in lines if line.goal.start > today), key=lambda line: line.goal.start),
        "over": [line for line in lines if not line.is_open],
    }


def of_dashboard(selection: Selection, today: date) -> dict[str, Any]:
    """Return the goals of the team, or company, whose number a dashboard shows: those that run, and lines of all.

    Of a number that is narrowed by anything else there is no goal.
    """
    teams = selection.teams
    is_whole = not selection.members and selection.surveys is None and selection.origins == (Origin.INVITED.value,)
    if not is_whole or (teams is not None and len(teams) != 1):
        return {}
    goals = Goal.objects.filter(metric=selection.metric, team=teams[0] if teams else None)
    standing = list(goals.standing().select_related("team").order_by("start", "span"))
    running = [goal for goal in standing if goal.start <= today < goal.period.end]
    return {
        "goals": _lines(attainment.of(running, today, selection.zone), today),
        "goal_lines": _references([goal for goal in standing if _overlaps(goal, selection)]),
    }


def _overlaps(goal: Goal, selection: Selection) -> bool:
    return goal.start < selection.period.end and goal.period.end > selection.period.start


def _references(goals: Sequence[Goal]) -> list[ReferenceLine]:
    """Return the lines of goals in order of time; of each length of period the last is named: names collide."""
    last = {goal.span: goal for goal in goals}
    return [_reference(goal, is_named=last[goal.span] is goal) for goal in goals]


def _reference(goal: Goal, *, is_named: bool) -> ReferenceLine:
    target = _written(words.of(goal.metric), float(goal.target or 0))
    said = {"period": name_of(goal.span, goal.start), "target": target}
    label = _("goal %(period)s: %(target)s") % said
    return ReferenceLine(float(goal.target or 0), label, GOAL, goal.period, is_named)


def _lines(attained: Sequence[Attainment], today: date) -> list[GoalLine]:
    history = book.history(each.goal for each in attained) if attained else {}
    axes = {metric: _axis(attained, metric) for metric in {each.goal.metric for each in attained}}
    return [_line(each, history.get(each.goal.key, []), axes[each.goal.metric], today) for each in attained]


def _axis(attained: Iterable[Attainment], metric: str) -> Axis:
    ends = []
    for each in attained:
        if each.goal.metric == metric:
            ends.append(Interval(each.target, each.target))
            if each.figures.is_shown and each.figures.interval:
                ends.append(each.figures.interval)
    return whiskers.axis_of(ends, None)


def _line(each: Attainment, history: Sequence[Goal], axis: Axis, today: date) -> GoalLine:
    goal, figures, named = each.goal, each.figures, words.of(each.goal.metric)
    interval, value = (figures.interval, figures.value) if figures.is_shown else (None, None)
    own = Axis(axis.low, axis.high, each.target)
    tone, sign = TONES.get(each.progress, ("", ""))
    return GoalLine(
        goal=goal,
        team=str(goal.team) if goal.team else _("The whole company"),
        metric=named.name,
        period=name_of(goal.span, goal.start),
        target=_written(named, each.target),
        value=named.value(value),
        low=numbers.points(interval.low if interval else None, 0),
        high=numbers.points(interval.high if interval else None, 0),
        answers=figures.n,
        url=_address(goal, today),
        whisker=whiskers.strip(interval, value, own) if interval and value is not None else None,
        verdict=verdict(each),
        meaning=meaning(each),
        tone=tone,
        sign=sign,
        history=[(_written(named, float(row.target)) if row.target is not None else "", row) for row in history],
        is_open=not goal.period.is_over(today),
    )


def _written(named: Words, target: float) -> str:
    return named.value(target, 0 if target.is_integer() else 1)


def _address(goal: Goal, today: date) -> str:
    """Return the dashboard of the team in the days of its goal; "" before they begin."""
    if goal.start > today:
        return ""
    days = {"period": OWN, "start": goal.start.isoformat(), "end": min(goal.period.last_day, today).isoformat()}
    team = {"team": goal.team_id} if goal.team_id else {}
    return f"{reverse('dashboard')}?{urlencode({'metric': goal.metric, **days, **team})}"


def verdict(each: Attainment) -> str:
    """Return in few words what may be said."""
    if each.progress is Progress.ON_TARGET:
        return _("on target so far") if each.is_running else _("on target")
    if each.progress is Progress.BELOW:
        return _("below target so far") if each.is_running else _("below target")
    if each.progress is Progress.AHEAD:
        return _("not begun")
    return _("cannot tell yet") if each.is_running else _("cannot tell")


def meaning(each: Attainment) -> str:
    """Return why it is said."""
    if each.progress is Progress.ON_TARGET:
        return _("The whole interval lies at the target or above.")
    if each.progress is Progress.BELOW:
        return _("The whole interval lies below the target.")
    if each.progress is Progress.TOO_FEW:
        return _("Fewer than 30 answers carry no verdict.")
    if each.progress is Progress.AHEAD:
        return ""
    return _("The target lies within what chance allows.")
