"""The first sentences of a page: what changed, whether it is sure, and what to fix first, with the ways to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.dashboard import answer_links, numbers, words
from analytics.dashboard.filters import OWN
from analytics.dashboard.points import period_name
from analytics.dashboard.report import Report
from analytics.headlines import findings, topic
from analytics.headlines.findings import Problem, Shift
from analytics.models import Dimension
from analytics.periods import Period
from analytics.topics.priorities import Priority

# What a page keeps when it leads to another one with other days.
OF_DAYS = ("period", "start", "end")
# The order and the length of a table are its own.
OF_TABLES = ("all", "managers", "channels", "products")


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A row to fix first. `url` leads to its own dashboard, `answers_url` to its `n` answers; `fell`: by what, or
    empty."""

    dimension: Dimension
    name: str
    kind: str
    url: str
    value: str
    n: int
    answers_url: str
    rest: str
    is_below: bool
    fell: str
    fell_low: str
    fell_high: str


@dataclass(frozen=True, slots=True)
class LeadingTopic:
    """The costliest topic: the number of the `n` answers that name it, and of those that name others only."""

    name: str
    url: str
    value: str
    n: int
    answers_url: str
    others: str


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A share that changed. Shares in per cent, `points` of the change of all."""

    name: str
    kind: str
    url: str
    share_before: str
    share_now: str
    value: str
    points: str
    low: str
    high: str
    tone: str


def contents(judged: Report | None, query: QueryDict, page: Report) -> dict[str, Any]:
    """Return what the template of the first sentences prints; `judged` is what they are about, None without a past."""
    if judged is None:
        return {"headlines": None}
    found = findings.of(judged)
    costly = topic.costliest(judged) if found.is_judged else None
    ways = _Ways(judged, query, is_own=judged.selection.period != page.selection.period)
    return {
        "headlines": judged,
        "are_judged": found.is_judged,
        "stand_out": found.are_there or costly,
        "problem_lines": [_problem(problem, ways) for problem in found.problems],
        "topic_line": _topic(costly, ways) if costly else None,
        "shift_line": _shift(found.shift, ways) if found.shift else None,
        "headline_days": period_name(judged.selection.period),
        "headline_days_before": period_name(judged.selection.before),
        "headline_url": ways.dashboard(),
        "headline_answers_url": ways.answers(judged.selection.period),
        "headline_before_url": ways.answers(judged.selection.before),
        "why_url": ways.why(found.shift.dimension if found.shift else Dimension.PRODUCT),
    }


class _Ways:
    """Where the sentences lead: the days that they judge, by the filters of the page."""

    def __init__(self, judged: Report, query: QueryDict, *, is_own: bool) -> None:
        self.selection = judged.selection
        self.query = query
        kept = {name: str(value) for name, value in query.items() if value and name not in OF_TABLES}
        self.kept = {**{name: kept[name] for name in kept if name not in OF_DAYS}, **_own(judged)} if is_own else kept

    def dashboard(self, **more: str) -> str:
        return f"{reverse('dashboard')}?{urlencode({**self.kept, **more})}"

    def why(self, dimension: Dimension) -> str:
        kept = {name: value for name, value in self.kept.items() if name != "by"}
        return f"{reverse('why')}?{urlencode({**kept, 'segments': dimension.value})}"

    def topics(self) -> str:
        return f"{reverse('topics')}?{urlencode({name: value for name, value in self.kept.items() if name != 'by'})}"

    def answers(self, days: Period, **more: str) -> str:
        return answer_links.of_days(self.selection, self.query, days, **more)


def _own(judged: Report) -> dict[str, str]:
    days = judged.selection.period
    return {"period": OWN, "start": days.start.isoformat(), "end": days.last_day.isoformat()}


def _kinds() -> dict[Dimension, str]:
    return {Dimension.MANAGER: _("manager"), Dimension.CHANNEL: _("channel"), Dimension.PRODUCT: _("product")}


def _problem(problem: Problem, ways: _Ways) -> ProblemLine:
    row, named = problem.row, words.of(ways.selection.metric)
    member = {problem.dimension.value: str(row.member_id)}
    fell = row.difference if row.is_down else None
    return ProblemLine(
        dimension=problem.dimension,
        name=row.name,
        kind=_kinds()[problem.dimension],
        url=ways.dashboard(**member),
        value=named.value(row.now.value),
        n=row.now.n,
        answers_url=ways.answers(ways.selection.period, **member),
        rest=named.value(problem.rest) if row.is_below_the_rest else "",
        is_below=row.is_below_the_rest,
        fell=numbers.signed(fell.points) if fell else "",
        fell_low=numbers.signed(fell.interval.low if fell else None, 0),
        fell_high=numbers.signed(fell.interval.high if fell else None, 0),
    )


def _topic(costly: Priority, ways: _Ways) -> LeadingTopic:
    named, impact = words.of(ways.selection.metric), costly.impact
    return LeadingTopic(
        name=str(costly.topic),
        url=ways.topics(),
        value=named.value(impact.with_topic),
        n=impact.mentions,
        answers_url=ways.answers(ways.selection.period, topic=str(costly.topic.pk)),
        others=named.value(impact.without_topic),
    )


def _shift(shift: Shift, ways: _Ways) -> ShiftLine:
    own, mix = shift.part.contribution, shift.part.errors.mix
    return ShiftLine(
        name=shift.name,
        kind=_kinds()[shift.dimension],
        url=ways.why(shift.dimension),
        share_before=numbers.percent(100 * own.share_before, 0),
        share_now=numbers.percent(100 * own.share_now, 0),
        value=words.of(ways.selection.metric).value(own.value_now),
        points=numbers.signed(mix.points),
        low=numbers.signed(mix.interval.low),
        high=numbers.signed(mix.interval.high),
        tone="good" if mix.points > 0 else "bad",
    )
