"""Adding up cells: what a period says of each member, and what each point of the chart says. Pure.

An answer that the same customer gave anew counts in neither where both lie within it. The points of a chart may
therefore hold more answers together than their period does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from analytics.models import SCORES, Dimension
from analytics.rollups.cells import Cell


class Total(NamedTuple):
    """The sum of some cells, without superseded answers."""

    by_score: tuple[int, ...] = (0,) * len(SCORES)
    asked: int = 0
    answered: int = 0
    answered_soon: int = 0

    @property
    def answers(self) -> int:
        return sum(self.by_score)

    def and_also(self, cell: Cell) -> Total:
        sign = -1 if cell.are_superseded else 1
        return Total(
            tuple(ours + sign * more for ours, more in zip(self.by_score, cell.by_score, strict=True)),
            self.asked + cell.asked,
            self.answered + cell.answered,
            self.answered_soon + cell.answered_soon,
        )


NOTHING = Total()
Member = tuple[str, int, bool]


def of_periods(found: Iterable[Cell]) -> Mapping[Member, Total]:
    """Return the totals of the period and of the one before, by dimension, member and whether it is the current one."""
    totals: dict[Member, Total] = {}
    for cell in found:
        if not (cell.are_superseded and cell.bucket):
            key = (cell.dimension, cell.member_id, cell.is_current)
            totals[key] = totals.get(key, NOTHING).and_also(cell)
    return totals


def of_all(found: Iterable[Cell]) -> Total:
    """Return the total of the period itself."""
    return of_periods(found).get((Dimension.ALL.value, 0, True), NOTHING)


def of_points(found: Iterable[Cell]) -> Mapping[date, Total]:
    """Return the totals of the points of the chart by the first days of their buckets."""
    totals: dict[date, Total] = {}
    for cell in found:
        if cell.dimension == Dimension.ALL and cell.bucket:
            totals[cell.bucket] = totals.get(cell.bucket, NOTHING).and_also(cell)
    return totals
