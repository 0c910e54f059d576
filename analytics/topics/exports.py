"""The table of topics as a file."""

from collections.abc import Iterator
from typing import Any

from analytics.counts import FEW
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.topics.report import TopicReport, TopicRow

COLUMNS = (
    "topic", "answers", "good", "middle", "bad", "share", "lost", "lost_low", "lost_high", "gained", "gained_low",
    "gained_high", "value", "value_of_others", "difference", "difference_low", "difference_high", "first_place",
    "last_place",
)  # fmt: skip


def table(report: TopicReport) -> ExportedTable:
    """Return the table of the page: in points or per cent; fewer than five answers are only counted.

    Differences are there from thirty answers on, places for what is to be fixed first. What names no topic has no name.
    """
    return ExportedTable(COLUMNS, [[_rounded(value) for value in row] for row in _rows(report)])


def _rows(report: TopicReport) -> Iterator[list[Any]]:
    places = {each.topic.pk: each.place for each in report.fix_first.priorities}
    for row in report.rows:
        place = places.get(row.topic.pk)
        numbers = _numbers(row) if row.counts.n >= FEW else [None] * 12
        yield [str(row.topic), *_counts(row), *numbers, *((place.first, place.last) if place else (None, None))]
    untagged, (lost, gained) = report.untagged, report.without
    counts = [untagged.n, untagged.good, untagged.middle, untagged.bad]
    yield [None, *counts, None, lost, None, None, gained, *[None] * 9]


def _counts(row: TopicRow) -> list[int]:
    return [row.counts.n, row.counts.good, row.counts.middle, row.counts.bad]


def _numbers(row: TopicRow) -> list[float | None]:
    impact, lost, gained = row.impact, row.lost, row.gained
    gap = impact.gap if row.is_enough else None
    return [
        100 * impact.share,
        -lost.value, -lost.interval.high, -lost.interval.low,
        gained.value, gained.interval.low, gained.interval.high,
        impact.with_topic, impact.without_topic,
        *((gap.points, gap.interval.low, gap.interval.high) if gap else (None, None, None)),
    ]  # fmt: skip


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value
