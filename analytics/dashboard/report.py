"""What a dashboard says, built from the sums of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from analytics import nps
from analytics.models import BREAKDOWNS, Dimension
from analytics.nps import Change, Counts, Difference, Interval, Sample
from analytics.rollups import cells
from analytics.rollups.cells import Cell, Selection

NO_ANSWERS = Counts()


@dataclass(frozen=True, slots=True)
class Figures:
    """The answers of a period, and how many of the customers asked in it answered."""

    counts: Counts = NO_ANSWERS
    asked: int = 0
    answered: int = 0
    answered_soon: int = 0

    @property
    def nps(self) -> float | None:
        return self.counts.nps

    @property
    def n(self) -> int:
        return self.counts.n

    @property
    def interval(self) -> Interval | None:
        return nps.interval(self.counts)

    @property
    def is_shown(self) -> bool:
        """Whether there are answers enough to print an NPS at all."""
        return self.counts.sample in (Sample.FEW, Sample.ENOUGH)

    @property
    def is_few(self) -> bool:
        return self.counts.sample is Sample.FEW

    @property
    def is_enough(self) -> bool:
        return self.counts.sample is Sample.ENOUGH

    @property
    def promoters(self) -> float | None:
        return self.counts.share(self.counts.promoters)

    @property
    def passives(self) -> float | None:
        return self.counts.share(self.counts.passives)

    @property
    def detractors(self) -> float | None:
        return self.counts.share(self.counts.detractors)

    @property
    def rate(self) -> float | None:
        """Response rate in percent; None where nobody was asked."""
        return 100 * self.answered / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class Point:
    """One week, month or quarter of the chart."""

    start: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Row:
    """One manager, channel or product, now and in the previous period."""

    member_id: int
    name: str
    now: Figures
    before: Figures
    change: Change
    difference: Difference | None
    standing: Change

    @property
    def is_up(self) -> bool:
        return self.change is Change.UP

    @property
    def is_down(self) -> bool:
        return self.change is Change.DOWN

    @property
    def is_unclear(self) -> bool:
        return self.change is Change.UNCLEAR

    @property
    def is_above_the_rest(self) -> bool:
        return self.standing is Change.UP

    @property
    def is_below_the_rest(self) -> bool:
        return self.standing is Change.DOWN


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a dashboard says about a selection."""

    selection: Selection
    now: Figures
    before: Figures
    change: Change
    difference: Difference | None
    by_score: tuple[int, ...]
    points: list[Point]
    rows: Mapping[Dimension, list[Row]]


def report(selection: Selection, names: Mapping[Dimension, Mapping[int, str]]) -> Report:
    """Return the report of a selection; members are called as in `names`, the unknown by an empty name."""
    found = cells.read(selection)
    whole = [cell for cell in found if cell.dimension == Dimension.ALL]
    current = [cell for cell in whole if cell.is_current]
    now, before = _sum(current), _sum(cell for cell in whole if not cell.is_current)
    by_bucket = {cell.bucket: _figures(cell) for cell in current}
    return Report(
        selection=selection,
        now=now,
        before=before,
        change=nps.change(now.counts, before.counts),
        difference=nps.difference(now.counts, before.counts),
        by_score=tuple(map(sum, zip(*(cell.by_score for cell in current), strict=True))) or (0,) * 11,
        points=[
            Point(start, by_bucket.get(start, Figures())) for start in selection.period.buckets(selection.granularity)
        ],
        rows={name: _rows([cell for cell in found if cell.dimension == name], names[name]) for name in BREAKDOWNS},
    )


def _rows(found: list[Cell], names: Mapping[int, str]) -> list[Row]:
    now = {cell.member_id: _figures(cell) for cell in found if cell.is_current}
    before = {cell.member_id: _figures(cell) for cell in found if not cell.is_current}
    present = [member for member, figures in now.items() if figures.n or figures.asked]
    pairs = [(now[member].counts, before.get(member, Figures()).counts) for member in present]
    judged = zip(present, pairs, nps.changes(pairs), nps.standing([pair[0] for pair in pairs]), strict=True)
    return [
        Row(
            member_id=member,
            name=names.get(member, ""),
            now=now[member],
            before=before.get(member, Figures()),
            change=change,
            difference=nps.difference(*pair),
            standing=standing,
        )
        for member, pair, change, standing in judged
    ]


def _sum(found: Iterable[Cell]) -> Figures:
    total = Figures()
    for cell in found:
        more = _figures(cell)
        total = Figures(
            total.counts + more.counts,
            total.asked + more.asked,
            total.answered + more.answered,
            total.answered_soon + more.answered_soon,
        )
    return total


def _figures(cell: Cell) -> Figures:
    return Figures(Counts.of_scores(cell.by_score), cell.asked, cell.answered, cell.answered_soon)
