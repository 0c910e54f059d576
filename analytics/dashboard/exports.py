"""The tables of a dashboard as files: every row, with the numbers unrounded and the names of columns for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from analytics.dashboard import sort_order
from analytics.dashboard.report import Figures, Report, Row
from analytics.files import Row as Cells
from analytics.models import BREAKDOWNS, Dimension
from surveys.metrics import SCALES, Metric

# Of the answers; a number, its interval and what is compared are empty where a dashboard shows none.
NUMBERS = (
    "value", "low", "high", "answers", "good", "middle", "bad", "asked", "answered", "response_rate",
)  # fmt: skip
# Of answers alone, where who was asked is told on other pages.
OF_ANSWERS = NUMBERS[: NUMBERS.index("asked")]
CHANGES = ("answers_before", "value_before", "difference", "difference_low", "difference_high", "change", "standing")
DIGITS = 2


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """A table as it is written to a file."""

    names: tuple[str, ...]
    rows: list[Cells]


def table(report: Report, key: str) -> ExportedTable:
    """Return one of the TABLES of a dashboard."""
    names, rows = TABLES[key]
    return ExportedTable(names, list(rows(report)))


def numbers(figures: Figures) -> Cells:
    """Return what NUMBERS names: in points or per cent; fewer than five answers are only counted."""
    interval = figures.interval if figures.is_shown else None
    return (
        _rounded(figures.value if figures.is_shown else None),
        _rounded(interval.low if interval else None),
        _rounded(interval.high if interval else None),
        figures.n,
        figures.counts.good,
        figures.counts.middle,
        figures.counts.bad,
        figures.asked,
        figures.answered,
        _rounded(figures.rate),
    )


def of_answers(figures: Figures) -> Cells:
    """Return what OF_ANSWERS names."""
    return numbers(figures)[: len(OF_ANSWERS)]


def _of_members(dimension: Dimension) -> Callable[[Report], Iterator[Cells]]:
    def rows(report: Report) -> Iterator[Cells]:
        for row in sort_order.ordered(report.rows[dimension], sort_order.USUAL):
            yield (row.member_id or None, row.name, report.selection.metric, *numbers(row.now), *_changes(row))

    return rows


def _changes(row: Row) -> Cells:
    difference = row.difference if row.now.is_enough and row.before.is_enough else None
    return (
        row.before.n,
        _rounded(row.before.value if row.before.is_shown else None),
        _rounded(difference.points if difference else None),
        _rounded(difference.interval.low if difference else None),
        _rounded(difference.interval.high if difference else None),
        row.change.value,
        row.standing.value,
    )


def _points(report: Report) -> Iterator[Cells]:
    for point in report.points:
        span = report.selection.granularity.value
        yield (point.start.isoformat(), span, report.selection.metric, *numbers(point.figures))


def _scores(report: Report) -> Iterator[Cells]:
    metric = report.selection.metric
    scale = SCALES[Metric(metric)]
    for score in scale.scores:
        yield score, str(scale.category_of(score)), metric, report.by_score[score]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


_MEMBER = ("id", "name", "metric", *NUMBERS, *CHANGES)
# By what a table is called in addresses: its columns, and its rows of a report.
TABLES: dict[str, tuple[tuple[str, ...], Callable[[Report], Iterator[Any]]]] = {
    **{f"{name.value}s": (_MEMBER, _of_members(name)) for name in BREAKDOWNS},
    "points": (("start", "span", "metric", *NUMBERS), _points),
    "scores": (("score", "category", "metric", "answers"), _scores),
}
