"""The tables of the planner as files: numbers unrounded, columns by names for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from analytics.counts import FEW
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.dashboard.filters import Lists
from analytics.planner.history import Past
from analytics.planner.outlook import Outlook
from analytics.planner.plan import ANSWERS, CADENCES, PERIODS, SHARES, Plan, segments
from analytics.silence import traits

_SEEN = ("answers", "margin", "change", "margin_of_these_customers")
TABLES: dict[str, tuple[str, ...]] = {
    "pace": ("months", *_SEEN),
    "needed": ("points", "answers", "months"),
    "shares": ("months", "share_asked", *_SEEN),
    "turns": ("cadence_months", "share_asked", "period_months", *_SEEN),
    "answers": _SEEN,
    "segments": (
        "id", "name", "events_a_month", "customers", "answers_a_month", "change_1", "change_3", "change_12",
        "months_for_20", "margin_of_these_customers_12",
    ),
}  # fmt: skip


def table(past: Past, found: Plan, key: str, segment: str, lists: Lists) -> ExportedTable:
    """Return one of the TABLES: margins and changes in points, shares in per cent; empty where nothing is seen."""
    rows: dict[str, Callable[[], Iterable[list[Any]]]] = {
        "pace": lambda: _pace(found),
        "needed": lambda: ([*needed] for needed in found.needed),
        "shares": lambda: _shares(found),
        "turns": lambda: _turns(found),
        "answers": lambda: ([*_seen(found.of(n, in_all=False))] for n in ANSWERS),
        "segments": lambda: _segments(past, found, segment, lists),
    }
    return ExportedTable(TABLES[key], [[_rounded(cell) for cell in row] for row in rows[key]()])


def _pace(found: Plan) -> Iterator[list[Any]]:
    for months in PERIODS:
        if seen := found.of_months(months):
            yield [months, *_seen(seen)]


def _shares(found: Plan) -> Iterator[list[Any]]:
    for months in PERIODS:
        for share in SHARES:
            if seen := found.after_events(share, months):
                yield [months, share, *_seen(seen)]


def _turns(found: Plan) -> Iterator[list[Any]]:
    for cadence in CADENCES:
        for share in SHARES:
            if seen := found.in_turn(share, cadence):
                yield [cadence, share, found.months, *_seen(seen)]


def _segments(past: Past, found: Plan, segment: str, lists: Lists) -> Iterator[list[Any]]:
    known = traits.names(segment, lists)
    for line in segments(past, found, segment):
        name = traits.named(segment, line.key, known) or None
        periods = [_seen(seen) for seen in line.periods]
        changes, of_these = [change for _answers, _margin, change, _of_these in periods], periods[-1][-1]
        yield [
            line.key or None, name, line.events_a_month, line.customers, line.answers_a_month, *changes,
            line.months, of_these,
        ]  # fmt: skip


def _seen(seen: Outlook) -> tuple[int, float | None, float | None, float | None]:
    """Return what some answers let one see; of fewer than five, which make no number, only how many they are."""
    if seen.answers < FEW:
        return seen.answers, None, None, None
    return seen.answers, seen.margin, seen.change, seen.of_these


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value
