"""What a dashboard says, built from the sums of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from analytics import top_share, verdicts
from analytics.arithmetic import ARITHMETIC
from analytics.counts import Counts, Sample
from analytics.estimates import Difference, Interval
from analytics.models import BREAKDOWNS, SOON_DAYS, Dimension
from analytics.periods import Granularity
from analytics.rollups import cells
from analytics.rollups.cells import Cell, Selection
from analytics.verdicts import Change, RowVerdict
from surveys.metrics import SCALES, Metric

NO_ANSWERS = Counts()
# A first answer some days into a period is no sign that counting began only then.
GRACE = timedelta(days=7)
SOON = timedelta(days=SOON_DAYS)
# Fewer days hold no two months.
THIN_DAYS = 60


@dataclass(frozen=True, slots=True)
class Figures:
    """The answers of a period, and how many of the customers asked in it answered."""

    metric: str = Metric.NPS.value
    counts: Counts = NO_ANSWERS
    asked: int = 0
    answered: int = 0
    answered_soon: int = 0

    @property
    def value(self) -> float | None:
        """The NPS in points, or the CSAT or CES in per cent."""
        return ARITHMETIC[self.metric].value(self.counts)

    @property
    def interval(self) -> Interval | None:
        return ARITHMETIC[self.metric].interval(self.counts)

    @property
    def n(self) -> int:
        return self.counts.n

    @property
    def is_shown(self) -> bool:
        """Whether there are answers enough to print a number at all."""
        return self.counts.sample in (Sample.FEW, Sample.ENOUGH)

    @property
    def is_few(self) -> bool:
        return self.counts.sample is Sample.FEW

    @property
    def is_enough(self) -> bool:
        return self.counts.sample is Sample.ENOUGH

    @property
    def good(self) -> float | None:
        return self.counts.share(self.counts.good)

    @property
    def middle(self) -> float | None:
        return self.counts.share(self.counts.middle)

    @property
    def bad(self) -> float | None:
        return self.counts.share(self.counts.bad)

    @property
    def rate(self) -> float | None:
        """Response rate in percent; None where nobody was asked."""
        return 100 * self.answered / self.asked if self.asked else None

    @property
    def rate_soon(self) -> float | None:
        """Who answered within two weeks of the ask, in percent: the same time for old asks and new ones."""
        return 100 * self.answered_soon / self.asked if self.asked else None

    @property
    def rate_interval(self) -> Interval | None:
        return top_share.of_share(self.answered, self.asked)

    @property
    def soon(self) -> Counts:
        """Those asked: who answered within two weeks as good, who did not as bad."""
        return Counts(good=self.answered_soon, bad=self.asked - self.answered_soon)


@dataclass(frozen=True, slots=True)
class Point:
    """One week, month or quarter of the chart."""

    start: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Row:
    """One manager, channel or product, now and in the period that it is compared with."""

    member_id: int
    name: str
    now: Figures
    before: Figures
    difference: Difference | None
    change: Change
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
    rate_change: Change
    rate_difference: Difference | None
    # Among how many comparisons of this page each was judged.
    comparisons: int
    # When counting began, where that is after the first day of the earlier period.
    begins_late: date | None
    by_score: tuple[int, ...]
    points: list[Point]
    rows: Mapping[Dimension, list[Row]]

    @property
    def is_thin(self) -> bool:
        """Whether most weeks of a chart have too few answers to show a number, and months would have more."""
        by_week = self.selection.granularity == Granularity.WEEK and self.selection.period.days > THIN_DAYS
        return by_week and 2 * sum(point.figures.is_shown for point in self.points) < len(self.points)


@dataclass(frozen=True, slots=True)
class _Member:
    member_id: int
    now: Figures
    before: Figures

    @property
    def pair(self) -> verdicts.Pair:
        return self.now.counts, self.before.counts


def report(selection: Selection, names: Mapping[Dimension, Mapping[int, str]], today: date) -> Report:
    """Return the report of a selection; members are called as in `names`, the unknown by an empty name.

    Verdicts are given of whole months that are over by `today`, where the period before was counted from its first day:
    a window that moves every day shows a false arrow in almost every year.
    """
    found = cells.read(selection)
    whole = [cell for cell in found if cell.dimension == Dimension.ALL]
    current = [cell for cell in whole if cell.is_current]
    now = _sum(selection.metric, current)
    before = _sum(selection.metric, (cell for cell in whole if not cell.is_current))
    tables = {name: _members(selection.metric, [cell for cell in found if cell.dimension == name]) for name in names}
    is_closed = selection.period.is_whole_months and selection.period.is_over(today)
    begins = cells.first_day(selection) if is_closed else None
    begins_late = begins if begins and begins > selection.before.start + GRACE else None
    pairs = [[member.pair for member in tables[name]] for name in BREAKDOWNS]
    arithmetic = ARITHMETIC[selection.metric]
    if is_closed and not begins_late:
        # Rates of asks that have not had their two weeks are no rates yet.
        rates = (now.soon, before.soon) if selection.period.is_over(today - SOON) else verdicts.NOTHING
        judged = verdicts.judge(arithmetic, (now.counts, before.counts), pairs, rates)
    else:
        judged = verdicts.undecided(pairs)
    by_bucket = {cell.bucket: _figures(selection.metric, cell) for cell in current}
    return Report(
        selection=selection,
        now=now,
        before=before,
        change=judged.number,
        difference=arithmetic.difference(now.counts, before.counts),
        rate_change=judged.rate,
        rate_difference=top_share.difference(now.soon, before.soon),
        comparisons=judged.comparisons,
        begins_late=begins_late,
        by_score=_by_score(current),
        points=[
            Point(start, by_bucket.get(start, Figures(selection.metric)))
            for start in selection.period.buckets(selection.granularity)
        ],
        rows={
            name: _rows(selection.metric, tables[name], verdicts_of, names[name])
            for name, verdicts_of in zip(BREAKDOWNS, judged.rows, strict=True)
        },
    )


def _members(metric: str, found: list[Cell]) -> list[_Member]:
    now = {cell.member_id: _figures(metric, cell) for cell in found if cell.is_current}
    before = {cell.member_id: _figures(metric, cell) for cell in found if not cell.is_current}
    return [
        _Member(member, figures, before.get(member, Figures(metric)))
        for member, figures in now.items()
        if figures.n or figures.asked
    ]


def _rows(metric: str, members: list[_Member], judged: list[RowVerdict], names: Mapping[int, str]) -> list[Row]:
    return [
        Row(
            member_id=member.member_id,
            name=names.get(member.member_id, ""),
            now=member.now,
            before=member.before,
            difference=ARITHMETIC[metric].difference(*member.pair),
            change=verdict.change,
            standing=verdict.standing,
        )
        for member, verdict in zip(members, judged, strict=True)
    ]


def _by_score(current: list[Cell]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(cell.by_score for cell in current), strict=True))) or (0,) * 11


def _sum(metric: str, found: Iterable[Cell]) -> Figures:
    total = Figures(metric)
    for cell in found:
        more = _figures(metric, cell)
        total = Figures(
            metric,
            total.counts + more.counts,
            total.asked + more.asked,
            total.answered + more.answered,
            total.answered_soon + more.answered_soon,
        )
    return total


def _figures(metric: str, cell: Cell) -> Figures:
    counts = Counts.of_scores(SCALES[metric], cell.by_score)
    return Figures(metric, counts, cell.asked, cell.answered, cell.answered_soon)
