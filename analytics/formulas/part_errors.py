"""How far the parts of a decomposition may lie off. Pure.

The delta method: an answer of segment s that is worth y moves a part by its influence, which is of the form
α(y − r) + β, and the variance of the part is the mean square of the influences by the number of answers, times the
design effect of a period, both periods added (Hampel, JASA 69, 1974). Shares and numbers both are uncertain, so that
nothing is taken as it is. Within a segment the worths vary as if ¾ of a good, 1½ of a middling and ¾ of a bad answer
were added: five answers that are all alike are not sure.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Generic, TypeVar

from analytics import spread, student
from analytics.arithmetic import Arithmetic
from analytics.clusters import CHANCE, Spread
from analytics.counts import Counts
from analytics.estimates import Difference, Interval
from analytics.formulas.decomposition import Contribution, Decomposition
from surveys.metrics import Tier

ADDED = (0.75, 1.5, 0.75)

Key = TypeVar("Key", bound=Hashable)
Spreads = tuple[Spread, Spread]


@dataclass(frozen=True, slots=True)
class RateAndMix:
    """Both parts of a change, of a segment or of all, each as a difference from none."""

    rate: Difference
    mix: Difference


@dataclass(frozen=True, slots=True)
class PartErrors(Generic[Key]):
    together: RateAndMix
    segments: Mapping[Key, RateAndMix]


@dataclass(frozen=True, slots=True)
class _Segment:
    """One segment in one period: its share, how far its number lies above that of all, and how much answers vary."""

    part: Contribution
    share: float
    above: float
    varies: float
    # How far the middle of its two numbers lies above the middle of the totals; Δr and Δw.
    beyond: float
    rise: float
    growth: float

    @property
    def rate_weight(self) -> float:
        """How much more its own number moves its rate than its share of the answers."""
        if not self.part.is_in_both:
            return 0.0
        return (self.part.share_before + self.part.share_now) / 2 / self.share

    @property
    def halves(self) -> float:
        """How much its number of this period moves the middle of both: all where it has answers in one alone."""
        return 0.5 if self.part.is_in_both else 1.0


def errors_of(
    found: Decomposition[Key],
    before: Mapping[Key, Counts],
    now: Mapping[Key, Counts],
    arithmetic: Arithmetic,
    spreads: Spreads,
) -> PartErrors[Key]:
    """Return how far the parts of `found`, the decomposition of `before` and `now`, may lie off, each of 95 %.

    `spreads`: how the answers of the period before and of this one hang together, of all segments alike. Where one is
    unknown every interval is the whole scale and every chance 1. What is exactly nothing, such as the rate of a segment
    that came, has no width and a chance of 1.
    """
    periods = [_period(found, counts, arithmetic, is_now=bool(side)) for side, counts in enumerate((before, now))]
    answers = [sum(group.n for group in counts.values()) for counts in (before, now)]
    span = arithmetic.HIGHEST - arithmetic.LOWEST

    def told(points: float, variances: list[float]) -> Difference:
        of_mean = [
            each * hanging.design_effect / n for each, hanging, n in zip(variances, spreads, answers, strict=True)
        ]
        return _told(points, of_mean, spreads, span)

    together = RateAndMix(
        told(found.rate, [_rate_of_all(segments) for segments in periods]),
        told(found.mix, [_mix_of_all(segments) for segments in periods]),
    )
    spread_out = [_Scatter.of(segments) for segments in periods]
    each = {
        key: RateAndMix(
            told(part.rate, [_rate_of(segments[key]) for segments in periods]),
            told(
                part.mix,
                [
                    _mix_of(segments[key], scatter, 1 if side else -1)
                    for side, (segments, scatter) in enumerate(zip(periods, spread_out, strict=True))
                ],
            ),
        )
        for key, part in found.contributions.items()
    }
    return PartErrors(together, each)


def _period(
    found: Decomposition[Key], counts: Mapping[Key, Counts], arithmetic: Arithmetic, *, is_now: bool
) -> dict[Key, _Segment]:
    total, middle = found.now if is_now else found.before, (found.before + found.now) / 2
    return {
        key: _Segment(
            part=part,
            share=part.share_now if is_now else part.share_before,
            above=((part.value_now if is_now else part.value_before) - total) / 100,
            varies=_variance(counts.get(key, Counts()), arithmetic),
            beyond=((part.value_before + part.value_now) / 2 - middle) / 100,
            rise=(part.value_now - part.value_before) / 100,
            growth=part.share_now - part.share_before,
        )
        for key, part in found.contributions.items()
    }


def _variance(counts: Counts, arithmetic: Arithmetic) -> float:
    """Return how much what an answer is worth varies within a segment."""
    tiers = (Tier.GOOD, Tier.MIDDLE, Tier.BAD)
    own = zip(tiers, (counts.good, counts.middle, counts.bad), ADDED, strict=True)
    shares = [(arithmetic.WORTH[tier], (count + added) / (counts.n + sum(ADDED))) for tier, count, added in own]
    mean = fsum(worth * share for worth, share in shares)
    return fsum(worth * worth * share for worth, share in shares) - mean * mean


@dataclass(frozen=True, slots=True)
class _Scatter:
    """How much what answers are worth varies within segments and between them, all segments together."""

    within: float
    between: float

    @classmethod
    def of(cls, segments: Mapping[Key, _Segment]) -> _Scatter:
        return cls(
            fsum(one.share * one.varies for one in segments.values()),
            fsum(one.share * one.above**2 for one in segments.values()),
        )


def _rate_of(one: _Segment) -> float:
    within = one.share * one.rate_weight**2 * one.varies if one.share else 0.0
    return within + (one.rise / 2) ** 2 * one.share * (1 - one.share)


def _mix_of(one: _Segment, all_of_them: _Scatter, sign: int) -> float:
    """Return the mean square influence on the mix of a segment; `sign`: 1 in this period, −1 in the one before."""
    within = all_of_them.within / 4
    if one.share:
        within += one.share * one.varies * ((one.halves / one.share - 0.5) ** 2 - 0.25)
    crossed = -one.growth * one.beyond * sign * one.share * one.above
    return one.growth**2 * (within + all_of_them.between / 4) + one.beyond**2 * one.share * (1 - one.share) + crossed


def _rate_of_all(segments: Mapping[Key, _Segment]) -> float:
    there = [one for one in segments.values() if one.share]
    within = fsum(one.share * one.rate_weight**2 * one.varies for one in there)
    return within + _varies([(one.share, one.rise / 2) for one in there])


def _mix_of_all(segments: Mapping[Key, _Segment]) -> float:
    there = [one for one in segments.values() if one.share]
    within = fsum((one.growth * one.halves) ** 2 * one.varies / one.share for one in there)
    return within + _varies([(one.share, one.beyond) for one in there])


def _varies(weighted: list[tuple[float, float]]) -> float:
    """Return the variance of some values by their shares."""
    mean = fsum(share * value for share, value in weighted)
    return fsum(share * (value - mean) ** 2 for share, value in weighted)


def _told(points: float, variances: list[float], spreads: Spreads, span: float) -> Difference:
    if any(hanging.is_unknown for hanging in spreads):
        return Difference(points, 0.0, 1.0, Interval(-span, span))
    error = 100 * sqrt(max(0.0, sum(variances)))
    if not error:
        return Difference(points, 0.0, 1.0, Interval(points, points))
    freedom = spread.freedom_of(variances, spreads)
    reach = student.quantile(CHANCE, freedom) * error
    z = points / error
    return Difference(
        points, z, student.two_sided_chance(z, freedom) if z else 1.0, Interval(points - reach, points + reach)
    )
