"""The dashboard as its template needs it: rows with their links, charts with their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.dashboard import answer_links, charts, labels, numbers, points, score_bars, sort_order, whiskers, words
from analytics.dashboard.filters import periods
from analytics.dashboard.growth import Growth
from analytics.dashboard.labels import VerdictLabel
from analytics.dashboard.reference_lines import ReferenceLine
from analytics.dashboard.report import Report, Row
from analytics.dashboard.row_pages import RowPage, first_page, page_of
from analytics.dashboard.whiskers import Axis, Whisker
from analytics.dashboard.words import Words
from analytics.models import BREAKDOWNS, Dimension
from analytics.rollups.cells import Selection

# The presets of which verdicts are given.
CLOSED = ("last-month", "last-quarter", "last-12m")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading that sorts: `direction` is its present order, as aria-sort says it."""

    title: str
    is_numeric: bool
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class BreakdownLine:
    """One row of a breakdown as it is printed, with its drawn interval and the link that narrows the page to it."""

    row: Row
    label: VerdictLabel | None
    unclear: VerdictLabel | None
    name: str
    url: str
    whisker: Whisker | None
    value: str
    low: str
    high: str
    answers: str
    answers_url: str
    good: str
    middle: str
    bad: str
    rate: str
    asked: str
    change: str
    change_low: str
    change_high: str
    before: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The same numbers by manager, channel or product."""

    key: str
    title: str
    columns: list[Column]
    lines: list[BreakdownLine]
    pages: RowPage[Row]


def breakdowns(report: Report, query: QueryDict) -> list[Breakdown]:
    titles = {
        Dimension.MANAGER: (_("By manager"), _("Manager"), _("No manager")),
        Dimension.CHANNEL: (_("By channel"), _("Channel"), _("No channel")),
        Dimension.PRODUCT: (_("By product"), _("Product"), _("No product")),
    }
    named = words.of(report.selection.metric)
    return [_breakdown(report, name, *titles[name], named, query) for name in BREAKDOWNS]


def _breakdown(
    report: Report, dimension: Dimension, title: str, singular: str, nobody: str, named: Words, query: QueryDict
) -> Breakdown:
    key = f"{dimension.value}s"
    order = query.get(key, sort_order.USUAL)
    in_order = sort_order.ordered(report.rows[dimension], order)
    axis = whiskers.axis([row.now for row in in_order], report.now)
    pages = page_of(in_order, lambda row: _name(row, nobody), query, key)
    among = report.comparisons
    return Breakdown(
        key=key,
        title=title,
        columns=_columns(singular, key, order, named, words.of_unit(report.selection.unit).counted, query),
        lines=[_line(row, among, dimension, nobody, named, axis, query, report.selection) for row in pages.rows],
        pages=pages,
    )


def _columns(singular: str, key: str, order: str, named: Words, counted: str, query: QueryDict) -> list[Column]:
    titles = [
        ("name", singular),
        ("value", named.name),
        ("answers", counted),
        ("good", named.good),
        ("middle", named.middle),
        ("bad", named.bad),
        ("rate", _("Response rate")),
        ("change", pgettext("of a number", "Change")),
    ]
    present = sort_order.column_of(order)
    direction = "descending" if sort_order.is_descending(order) else "ascending"
    return [
        Column(
            title=title,
            is_numeric=column != "name",
            url=_link(query, f"#{key}", **{key: sort_order.reversed_order(order, column)}, **first_page(key)),
            direction=direction if column == present else "",
        )
        for column, title in titles
    ]


def _line(
    row: Row,
    among: int,
    dimension: Dimension,
    nobody: str,
    named: Words,
    axis: Axis,
    query: QueryDict,
    selection: Selection,
) -> BreakdownLine:
    now, interval = row.now, row.now.interval if row.now.is_shown else None
    difference = row.difference if row.now.is_enough and row.before.is_enough else None
    return BreakdownLine(
        row=row,
        label=labels.of_row(row, among),
        unclear=labels.of_change(row, among),
        name=_name(row, nobody),
        url=_link(query, "", **{dimension.value: str(row.member_id)}) if row.name else "",
        whisker=whiskers.whisker(now, axis),
        value=named.value(now.value if now.is_shown else None),
        low=numbers.points(interval.low if interval else None, 0),
        high=numbers.points(interval.high if interval else None, 0),
        answers=numbers.thousands(now.n),
        answers_url=_way(row, dimension, query, selection),
        good=numbers.percent(now.good if now.is_shown else None, 0),
        middle=numbers.percent(now.middle if now.is_shown else None, 0),
        bad=numbers.percent(now.bad if now.is_shown else None, 0),
        rate=numbers.percent(now.rate, 0),
        asked=numbers.thousands(now.asked) if now.asked else "",
        change=numbers.signed(difference.points if difference else None),
        change_low=numbers.signed(difference.interval.low if difference else None, 0),
        change_high=numbers.signed(difference.interval.high if difference else None, 0),
        before=numbers.thousands(row.before.n),
    )


def _name(row: Row, nobody: str) -> str:
    """Return what a row is called: without a name it is nobody, or somebody who cannot be chosen."""
    return row.name or (f"#{row.member_id}" if row.member_id else nobody)


def _way(row: Row, dimension: Dimension, query: QueryDict, selection: Selection) -> str:
    """Return where the answers of a row are; "" where there are none, or where they are of who cannot be chosen."""
    can_be_chosen = bool(row.name) or not row.member_id
    return answer_links.of_member(selection, query, dimension, row.member_id) if can_be_chosen and row.now.n else ""


def _link(query: QueryDict, anchor: str, **changed: str) -> str:
    """Return the address of this page with some parameters changed, or left out where they are empty."""
    kept = {name: value for name, value in query.items() if name not in changed}
    return f"?{urlencode({**kept, **{name: value for name, value in changed.items() if value}})}{anchor}"


def closed_periods(query: QueryDict) -> list[tuple[str, str]]:
    """Return the addresses and names of the presets of which verdicts are given."""
    return [(_link(query, "", period=name), label) for name, label in periods() if name in CLOSED]


def contents(
    report: Report,
    growth: Growth,
    query: QueryDict,
    today: date,
    changes: Sequence[points.DatedChange] = (),
    lines: Sequence[ReferenceLine] = (),
    breaks: Sequence[tuple[int, str]] = (),
) -> dict[str, Any]:
    """Return everything that the template of the dashboard prints of a report and of the growth of its rates.

    `changes` are the alarms to be marked on its chart, `lines` what it is read against, `breaks` the points before
    which something else was done than before, and what.
    """
    starts = [point.start for point in report.points]
    placed = [(line, places) for line in lines if (places := line.places(starts, report.selection.granularity))]
    names = points.names(report.points, report.selection.granularity)
    named = words.of(report.selection.metric)
    marks = points.places_of(changes, report)
    return {
        "report": report,
        "words": named,
        "unit": words.of_unit(report.selection.unit),
        "few": labels.few_answers(),
        "is_whole": report.selection.period.is_whole_months and report.selection.period.is_over(today),
        "growth": growth,
        "closed_periods": closed_periods(query),
        "point_lines": points.lines(report, growth, today, query),
        "trends": [
            (size, charts.trend(report.selection.metric, report.points, names, canvas, marks, placed, breaks))
            for size, canvas in (("wide", charts.WIDE), ("narrow", charts.NARROW))
        ],
        "partial": points.partial_points(report, today),
        "bars": score_bars.bars(report.selection.metric, report.by_score),
        "bar_width": score_bars.bar_width(report.selection.metric),
        "brackets": score_bars.brackets(report.selection.metric),
        "stack": score_bars.stack(report.now),
        "zone": report.selection.zone.key,
        "breakdowns": breakdowns(report, query),
        "answers_url": answer_links.of_page(report.selection, query),
    }
