"""What the change of a report is made of, segment by segment, and what of it may be said."""

from __future__ import annotations

from dataclasses import dataclass

from analytics import verdicts
from analytics.arithmetic import ARITHMETIC
from analytics.counts import ENOUGH, FEW, Counts
from analytics.dashboard.report import Report
from analytics.estimates import Difference
from analytics.formulas.decomposition import Contribution, decompose
from analytics.formulas.part_errors import RateAndMix, errors_of
from analytics.verdicts import Change
from analytics.why.pools import Key, pooled
from analytics.why.segments import BothPeriods

NOTHING = Counts()


@dataclass(frozen=True, slots=True)
class SegmentPart:
    """What a segment gave to the change; `key` is None for the small ones together, and "" for those not known."""

    key: Key | None
    before: Counts
    now: Counts
    contribution: Contribution
    errors: RateAndMix
    rate_change: Change
    mix_change: Change

    @property
    def points(self) -> float:
        """Rate and mix together, in points of the change."""
        return self.contribution.rate + self.contribution.mix

    @property
    def weight(self) -> float:
        """How much of the change it moves, either way."""
        return abs(self.contribution.rate) + abs(self.contribution.mix)

    @property
    def is_sure(self) -> bool:
        return bool({self.rate_change, self.mix_change} & {Change.UP, Change.DOWN})


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a change, the weightiest first. `comparisons`: among how many parts each was judged."""

    together: RateAndMix
    parts: list[SegmentPart]
    number_of_others: int
    comparisons: int
    is_noise: bool

    @property
    def chief(self) -> SegmentPart | None:
        """The weightiest part of a named segment that is sure; None where none is."""
        return next((part for part in self.parts if part.is_sure and part.key), None)


def explain(report: Report, segments: BothPeriods, least: int = FEW) -> Explanation | None:
    """Return what the change of a report is made of; None where a period has too few answers or is not all there.

    All parts hang together as the answers of their period do. It is noise where the change and both its sums, all rates
    and all mixes, may be nothing. Parts are judged together, and only where the report judges its number: a rate needs
    30 answers in both periods, a mix 30 in both together. `least`: how many answers a segment needs to stand alone.
    """
    if not (report.now.is_enough and report.before.is_enough) or report.begins_late or report.difference is None:
        return None
    pools, arithmetic = pooled(segments.before, segments.now, least), ARITHMETIC[report.selection.metric]
    found = decompose(pools.before, pools.now, arithmetic)
    if found is None:
        return None
    errors = errors_of(found, pools.before, pools.now, arithmetic, (report.before.spread, report.now.spread))
    keys = list(found.contributions)
    sides = {key: (pools.before.get(key, NOTHING), pools.now.get(key, NOTHING)) for key in keys}
    tests = [_tests(sides[key], errors.segments[key]) for key in keys]
    judged, comparisons = verdicts.family(tests)
    if report.change is Change.OPEN:
        judged = [[Change.OPEN, Change.OPEN] for _key in keys]
    parts = [
        SegmentPart(key, *sides[key], found.contributions[key], errors.segments[key], *changes)
        for key, changes in zip(keys, judged, strict=True)
    ]
    sums = (report.difference, errors.together.rate, errors.together.mix)
    return Explanation(
        together=errors.together,
        parts=sorted(parts, key=lambda part: -part.weight),
        number_of_others=len(pools.others),
        comparisons=comparisons,
        is_noise=all(each.interval.holds_zero for each in sums),
    )


def _tests(pair: tuple[Counts, Counts], errors: RateAndMix) -> list[Difference | None]:
    before, now = (counts.n for counts in pair)
    return [
        errors.rate if min(before, now) >= ENOUGH else None,
        errors.mix if before + now >= ENOUGH else None,
    ]
