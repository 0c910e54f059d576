"""What is said of the effect of an improvement on its page, to whoever reads numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts import clock, company_clock
from accounts.models import User
from analytics.arithmetic import ARITHMETIC
from analytics.dashboard import numbers, points, words
from analytics.dashboard.filters import teams_in_reach
from analytics.improvements import effect, figures
from analytics.improvements.effect import BeforeAndAfter, Movement, Windows
from analytics.verdicts import Change
from followups.improvements import measures
from followups.improvements.answers import causes_of
from followups.models import Improvement
from surveys.metrics import Metric


@dataclass(frozen=True, slots=True)
class MovementLine:
    """One comparison as it is printed: empty numbers where there are too few answers to print any."""

    name: str
    before: str
    before_n: str
    after: str
    after_n: str
    change: str
    low: str
    high: str
    verdict: str
    is_good: bool
    is_bad: bool


def section(improvement: Improvement, request: HttpRequest) -> SafeString | str:
    """Return the section of the page of an improvement that is done; "" of any other, or for who reads no numbers."""
    reader = cast(User, request.user)
    if improvement.done_on is None or not reader.is_manager:
        return ""
    return render_to_string("analytics/_improvement_effect.html", contents(improvement, reader), request)


def contents(improvement: Improvement, reader: User, today: date | None = None) -> dict[str, Any]:
    """Return what the section prints of the answers of the teams that the reader may see, as it was on a day."""
    if improvement.done_on is None:
        return {}
    windows = Windows.around(improvement.done_on, today or company_clock.today(clock.now()))
    return {
        "lines": _lines(improvement, reader, windows),
        "before": points.period_name(windows.before),
        "after": points.period_name(windows.after) if windows.after.days else "",
        "is_running": windows.is_running,
    }


def _lines(improvement: Improvement, reader: User, windows: Windows) -> list[MovementLine]:
    """Return the comparisons: of the topics and of the root causes where it is about any, and of the number."""
    metric, topics = _metric(improvement), list(improvement.topics.order_by("position", "pk"))
    causes = list(improvement.root_causes.select_related("parent__parent").order_by("position", "pk"))
    before, after = figures.read(
        windows,
        metric=metric,
        topics=[topic.pk for topic in topics],
        causes=list(causes_of(improvement).values_list("slug", flat=True)) if causes else [],
        teams=_teams(improvement, reader),
        brand=improvement.brand_id,
        zone=company_clock.zone(),
    )
    about: list[tuple[str, BeforeAndAfter]] = []
    if topics:
        name = _("Answers that name %(topics)s") % {"topics": ", ".join(map(str, topics))}
        about.append((name, BeforeAndAfter.of_shares(before.naming, after.naming)))
    if causes:
        name = _("Root cause %(causes)s, of the answers that have one") % {
            "causes": ", ".join(f"“{cause.whole_name}”" for cause in causes)
        }
        about.append((name, BeforeAndAfter.of_shares(before.traced, after.traced)))
    number = BeforeAndAfter(ARITHMETIC[metric], before.scored, after.scored)
    *shares, moved = effect.measure([*(pair for _name, pair in about), number], is_running=windows.is_running)
    lines = [
        _line(name, share, "", is_better=share.change is Change.DOWN)
        for (name, _pair), share in zip(about, shares, strict=True)
    ]
    return [*lines, _line(words.of(metric).name, moved, metric, is_better=moved.change is Change.UP)]


def _teams(improvement: Improvement, reader: User) -> tuple[int, ...] | None:
    """Return the teams whose answers are read: of those that the reader may see the one that it is about, or all."""
    reach = teams_in_reach(reader)
    if improvement.team_id is None:
        return reach
    return (improvement.team_id,) if reach is None or improvement.team_id in reach else ()


def _metric(improvement: Improvement) -> str:
    """Return what most of the answers that asked for it were about, an NPS where none did."""
    asked = Counter(improvement.answers.values_list("response__metric", flat=True))
    return min(asked, key=lambda metric: (-asked[metric], metric), default=Metric.NPS.value)


def _line(name: str, told: Movement, metric: str, *, is_better: bool) -> MovementLine:
    """Return a comparison in words; `metric` is "" of a share of answers."""
    written = words.of(metric).value if metric else numbers.percent
    is_sure = told.change in (Change.UP, Change.DOWN)
    values = [told.arithmetic.value(side.counts) if told.is_shown else None for side in (told.before, told.after)]
    return MovementLine(
        name=name,
        before=written(values[0]),
        before_n=numbers.thousands(told.before.n),
        after=written(values[1]),
        after_n=numbers.thousands(told.after.n),
        change=numbers.signed(told.difference.points if told.difference else None),
        low=numbers.signed(told.interval.low) if told.interval else "",
        high=numbers.signed(told.interval.high) if told.interval else "",
        verdict=_verdict(told),
        is_good=is_sure and is_better,
        is_bad=is_sure and not is_better,
    )


def _verdict(told: Movement) -> str:
    if told.change is Change.UP:
        return _("higher than before")
    if told.change is Change.DOWN:
        return _("lower than before")
    if told.after.n < told.needed:
        given = {"number": numbers.thousands(told.after.n), "needed": numbers.thousands(told.needed)}
        if told.is_too_few:
            return _("few answers, cannot tell yet: %(number)s of about %(needed)s needed") % given
        return _("cannot tell yet: %(number)s of about %(needed)s answers needed") % given
    if told.is_too_few:
        return _("few answers before, cannot tell")
    return _("cannot tell: the difference lies within what chance allows")


measures.register(section)
