"""Which kept rows make up the days of a period: months where they fit, else days, or a month without its other days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.models import Rollup
from analytics.periods import Granularity, Period, following


@dataclass(frozen=True, slots=True)
class RollupPiece:
    """Rows of days or of whole months to be added; `is_taken_away`: to be subtracted instead."""

    span: Rollup.Span
    period: Period
    is_taken_away: bool = False


def cover(period: Period) -> Iterator[RollupPiece]:
    """Cover a period with as few rows as there are: added up, the pieces hold each of its days once, and no other."""
    months = period.whole_months()
    if months.days:
        yield RollupPiece(Rollup.Span.MONTH, months)
    for edge in (Period(period.start, months.start), Period(months.end, period.end)):
        for part in _by_month(edge):
            yield from _cover_part(part)


def _by_month(days: Period) -> Iterator[Period]:
    start = days.start
    while start < days.end:
        end = min(days.end, following(start.replace(day=1), Granularity.MONTH))
        yield Period(start, end)
        start = end


def _cover_part(part: Period) -> Iterator[RollupPiece]:
    """Cover some days of one month by themselves, or by the month without the others where those are fewer."""
    first = part.start.replace(day=1)
    month = Period(first, following(first, Granularity.MONTH))
    others = [Period(month.start, part.start), Period(part.end, month.end)]
    if 1 + sum(each.days for each in others) >= part.days:
        yield RollupPiece(Rollup.Span.DAY, part)
        return
    yield RollupPiece(Rollup.Span.MONTH, month)
    for each in others:
        if each.days:
            yield RollupPiece(Rollup.Span.DAY, each, is_taken_away=True)
