"""What a dashboard says, built from the sums of its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics import spread, top_share, verdicts
from analytics.arithmetic import ARITHMETIC
from analytics.clusters import STRANGERS, Spread
from analytics.counts import Counts, Sample
from analytics.estimates import Difference, Interval
from analytics.models import BREAKDOWNS, SOON_DAYS, Dimension
from analytics.periods import Granularity
from analytics.rollups import cells, spreads, totals
from analytics.rollups.cells import Cell, Selection
from analytics.rollups.spreads import Spreads
from analytics.rollups.totals import Total
from analytics.spread import Answers
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
    spread: Spread = STRANGERS

    @property
    def answers(self) -> Answers:
        return Answers(self.counts, self.spread)

    @property
    def value(self) -> float | None:
        """The NPS in points, or the CSAT or CES in per cent."""
        return ARITHMETIC[self.metric].value(self.counts)

    @property
    def interval(self) -> Interval | None:
        return spread.interval(ARITHMETIC[self.metric], self.answers)

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
    # By dimension and member what was answered before and now, also by those who have nothing now; 0 is nobody.
    segments: Mapping[str, Mapping[int, tuple[Counts, Counts]]]

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
        return self.now.answers, self.before.answers


def report(selection: Selection, names: Mapping[Dimension, Mapping[int, str]], today: date) -> Report:
    """Return the report of a selection; members are called as in `names`, the unknown by an empty name.

    Verdicts are given of whole months that are over by `today`, where the period before was counted from its first day:
    a window that moves every day shows a false arrow in almost every year.
    """
    begins = cells.first_day(selection) if is_closed(selection, today) else None
    return told(selection, cells.read(selection), spreads.read(selection), names, today, begins)


def is_closed(selection: Selection, today: date) -> bool:
    """Whether verdicts may be given of a selection: its days are whole months that are over by `today`."""
    return selection.period.is_whole_months and selection.period.is_over(today)


def told(
    selection: Selection,
    found: Sequence[Cell],
    hanging: Spreads,
    names: Mapping[Dimension, Mapping[int, str]],
    today: date,
    begins: date | None,
) -> Report:
    """Return the report of a selection from its cells; `hanging` is how its answers hang together.

    `begins`: the first day on which anything was counted, where verdicts may be given.
    """
    by_member, metric = totals.of_periods(found), selection.metric
    whole = {
        is_current: by_member.get((Dimension.ALL.value, 0, is_current), totals.NOTHING) for is_current in (True, False)
    }
    now, before = (
        _figures(metric, total, hanging.of(Dimension.ALL, 0, is_current=is_current, answers=total.answers))
        for is_current, total in whole.items()
    )
    tables = {name: _members(metric, name, by_member, hanging) for name in names}
    begins_late = begins if begins and begins > selection.before.start + GRACE else None
    pairs = [[member.pair for member in tables[name]] for name in BREAKDOWNS]
    arithmetic = ARITHMETIC[metric]
    if is_closed(selection, today) and not begins_late:
        # Rates of asks that have not had their two weeks are no rates yet.
        rates = (
            (Answers(now.soon), Answers(before.soon)) if selection.period.is_over(today - SOON) else verdicts.NOTHING
        )
        judged = verdicts.judge(arithmetic, (now.answers, before.answers), pairs, rates)
    else:
        judged = verdicts.undecided(pairs)
    points = {
        start: _figures(metric, total, hanging.of_point(start, answers=total.answers))
        for start, total in totals.of_points(found).items()
    }
    return Report(
        selection=selection,
        now=now,
        before=before,
        change=judged.number,
        difference=spread.difference(arithmetic, now.answers, before.answers),
        rate_change=judged.rate,
        rate_difference=top_share.difference(now.soon, before.soon),
        comparisons=judged.comparisons,
        begins_late=begins_late,
        by_score=whole[True].by_score,
        points=[
            Point(start, points.get(start, Figures(metric)))
            for start in selection.period.buckets(selection.granularity)
        ],
        rows={
            name: _rows(metric, tables[name], verdicts_of, names[name])
            for name, verdicts_of in zip(BREAKDOWNS, judged.rows, strict=True)
        },
        segments={name: _segments(metric, name, by_member) for name in BREAKDOWNS},
    )


def _members(
    metric: str, dimension: Dimension, by_member: Mapping[totals.Member, Total], hanging: Spreads
) -> list[_Member]:
    now, before = (
        {
            member: _figures(metric, total, hanging.of(dimension, member, is_current=is_current, answers=total.answers))
            for (name, member, is_of_current), total in by_member.items()
            if name == dimension and is_of_current is is_current
        }
        for is_current in (True, False)
    )
    return [
        _Member(member, figures, before.get(member, Figures(metric)))
        for member, figures in now.items()
        if figures.n or figures.asked
    ]


def _segments(
    metric: str, dimension: Dimension, by_member: Mapping[totals.Member, Total]
) -> Mapping[int, tuple[Counts, Counts]]:
    scale = SCALES[metric]
    before, now = (
        {
            member: Counts.of_scores(scale, total.by_score)
            for (name, member, is_of_current), total in by_member.items()
            if name == dimension and is_of_current is is_current and total.answers
        }
        for is_current in (False, True)
    )
    return {member: (before.get(member, NO_ANSWERS), now.get(member, NO_ANSWERS)) for member in sorted({*before, *now})}


def _rows(metric: str, members: list[_Member], judged: list[RowVerdict], names: Mapping[int, str]) -> list[Row]:
    return [
        Row(
            member_id=member.member_id,
            name=names.get(member.member_id, ""),
            now=member.now,
            before=member.before,
            difference=spread.difference(ARITHMETIC[metric], *member.pair),
            change=verdict.change,
            standing=verdict.standing,
        )
        for member, verdict in zip(members, judged, strict=True)
    ]


def _figures(metric: str, total: Total, hanging: Spread) -> Figures:
    counts = Counts.of_scores(SCALES[metric], total.by_score)
    return Figures(metric, counts, total.asked, total.answered, total.answered_soon, hanging)
