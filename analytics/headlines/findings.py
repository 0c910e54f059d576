"""What stands out of a report: who is below the rest, who fell, and whose share grew. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analytics import verdicts
from analytics.arithmetic import ARITHMETIC
from analytics.counts import Counts
from analytics.dashboard.report import Report, Row
from analytics.models import BREAKDOWNS, Dimension
from analytics.verdicts import Change
from analytics.why import segments
from analytics.why.explanation import SegmentPart, explain

# The shares of all rows of a page are judged among themselves, beside the comparisons of its numbers. Both together
# leave nine in ten pages on which nothing differs without a word (tests/analytics/headlines/test_findings.py).
FALSE_SHIFTS = 0.01
MOST_TO_FIX = 4
# What has a smaller share moves the number of all by little, however it grows.
LEAST_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that stands below the rest or fell, by more than chance explains.

    `cost`: how many points higher all together would be if it were as the rest is, or had not fallen: what orders
    them, and no promise. `rest`: the number of all others; None where there are none.
    """

    dimension: Dimension
    row: Row
    rest: float | None
    cost: float


@dataclass(frozen=True, slots=True)
class Shift:
    """A row whose share of the answers changed and whose number lies apart, both by more than chance explains."""

    dimension: Dimension
    name: str
    part: SegmentPart


@dataclass(frozen=True, slots=True)
class Findings:
    """`problems`: the costliest first. `is_judged`: whether the report may be judged at all."""

    is_judged: bool
    shift: Shift | None
    problems: list[Problem]

    @property
    def are_there(self) -> bool:
        return bool(self.shift or self.problems)


def of(report: Report) -> Findings:
    """Return what stands out of a report; nobody is named who is nobody, or whom the reader cannot choose."""
    if report.change is Change.OPEN:
        return Findings(is_judged=False, shift=None, problems=[])
    problems = sorted(_problems(report), key=lambda problem: -problem.cost)
    return Findings(is_judged=True, shift=_shift(report), problems=problems[:MOST_TO_FIX])


def _problems(report: Report) -> Iterator[Problem]:
    arithmetic = ARITHMETIC[report.selection.metric]
    for dimension in BREAKDOWNS:
        rows = report.rows[dimension]
        whole = sum((row.now.counts for row in rows), Counts())
        for row in rows:
            if row.name and (row.is_below_the_rest or row.is_down):
                rest = arithmetic.value(whole - row.now.counts)
                yield Problem(dimension, row, rest, _cost(row, rest, whole))


def _cost(row: Row, rest: float | None, whole: Counts) -> float:
    own, fell = row.now.value or 0.0, row.difference.points if row.difference else 0.0
    gap = (rest if rest is not None else own) - own
    return row.now.n / whole.n * max(gap, -fell if row.is_down else 0.0)


def _shift(report: Report) -> Shift | None:
    """Return the surest change of a share that moved the number of all; None where none is sure."""
    named = list(_shifts(report))
    (judged,), _comparisons = verdicts.family([[shift.part.errors.mix for shift in named]], FALSE_SHIFTS)
    sure = [shift for shift, change in zip(named, judged, strict=True) if change in (Change.UP, Change.DOWN)]
    return max(sure, key=lambda shift: abs(shift.part.contribution.mix), default=None)


def _shifts(report: Report) -> Iterator[Shift]:
    for dimension in BREAKDOWNS:
        names = {row.member_id: row.name for row in report.rows[dimension]}
        found = explain(report, segments.of(report, dimension), round(LEAST_SHARE * report.now.n))
        for part in found.parts if found else []:
            if part.mix_change is not Change.TOO_FEW and isinstance(part.key, int) and names.get(part.key):
                yield Shift(dimension, names[part.key], part)
