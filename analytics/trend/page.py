"""A number through time as its page prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.media import OF_ANSWERS
from analytics.dashboard import answer_links, charts, numbers, points, words
from analytics.dashboard.report import Figures
from analytics.rollups.cells import Selection
from analytics.trend.breaks import Break, OtherSurvey, OtherWords
from analytics.trend.windows import RolledPoint


@dataclass(frozen=True, slots=True)
class RolledLine:
    """One row of the table below the chart, with the way to the answers of its window."""

    label: str
    days: str
    figures: Figures
    url: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class BreakNote:
    """A break as it is listed, with the number that it has on the chart."""

    number: int
    when: str
    sentence: str


def contents(
    selection: Selection, rolled: Sequence[RolledPoint], breaks: Sequence[Break], query: QueryDict
) -> dict[str, Any]:
    """Return everything that the template prints of the points and of the breaks among them."""
    named, granularity = words.of(selection.metric), selection.granularity
    drawn = [point.as_point for point in rolled]
    places = {point.start: place for place, point in enumerate(rolled)}
    within = [each for each in breaks if each.start in places]
    lines = [(places[each.start], sentence(each)) for each in within]
    names = points.names(drawn, granularity)
    return {
        "selection": selection,
        "words": named,
        "unit": words.of_unit(selection.unit),
        "trends": [
            (size, charts.trend(selection.metric, drawn, names, sheet, breaks=lines))
            for size, sheet in (("wide", charts.WIDE), ("narrow", charts.NARROW))
        ],
        "lines": [_line(point, selection, query) for point in rolled],
        "latest": next((_line(point, selection, query) for point in reversed(rolled) if point.is_shown), None),
        "is_shown": any(point.is_shown for point in rolled),
        "is_late": any(not point.is_whole for point in rolled),
        "breaks": [
            BreakNote(number, points.label(each.start, granularity), sentence(each))
            for number, each in enumerate(within, start=1)
        ],
        "query": query.urlencode(),
    }


def sentence(found: Break) -> str:
    """Return what is said of a break."""
    if isinstance(found, OtherWords):
        named = {"survey": found.version.survey.name, "number": found.version.number}
        return _("“%(survey)s” asks its question in other words (version %(number)d).") % named
    if isinstance(found, OtherSurvey):
        told = {"survey": found.survey.name}
        return _("“%(survey)s” begins, and asks its question in other words than the surveys before it.") % told
    medium = dict(OF_ANSWERS).get(found.medium, found.medium)
    shares = {"medium": medium, "now": numbers.percent(found.now, 0), "before": numbers.percent(found.before, 0)}
    return _("%(medium)s: %(now)s of the answers came by it, before that %(before)s.") % shares


def _line(point: RolledPoint, selection: Selection, query: QueryDict) -> RolledLine:
    return RolledLine(
        label=points.label(point.start, selection.granularity),
        days=points.period_name(point.days),
        figures=point.as_point.figures,
        url=answer_links.of_days(selection, query, point.days) if point.figures.n and point.is_whole else "",
        is_whole=point.is_whole,
    )
