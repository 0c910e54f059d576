"""What became of customers who answered twice, and whether calling helped. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from analytics.counts import ENOUGH, Counts
from analytics.formulas import recovery
from analytics.formulas.recovery import Arm, LoopEffect, MatchedEffect, Transitions
from analytics.recovery.pairs import ScorePair
from surveys.metrics import SCALES, Tier


@dataclass(frozen=True, slots=True)
class DrawnHalf:
    """Those with a bad first answer whose lot put them in one half of the order, and how many were contacted."""

    arm: Arm | None
    contacted: int

    @property
    def n(self) -> int:
        return self.arm.n if self.arm else 0


@dataclass(frozen=True, slots=True)
class Draw:
    """Who was contacted when was drawn by lot: both halves, and how much more the earlier one changed."""

    earlier: DrawnHalf
    later: DrawnHalf
    effect: LoopEffect | None


@dataclass(frozen=True, slots=True)
class SecondAnswers:
    """`expected`: the mean second score of the bad ones if nothing had changed; None with too few pairs to tell.

    `called` and `others` are those with a bad first answer; None where there is nobody. `effect` and `matched` need
    both. `draw`: None where no lots were drawn. `after_recovery`: the second answers of those bad ones who were asked
    again because their follow-up was resolved.
    """

    metric: str
    transitions: Transitions
    bad: Arm | None
    expected: float | None
    called: Arm | None
    others: Arm | None
    effect: LoopEffect | None
    matched: MatchedEffect | None
    draw: Draw | None
    after_recovery: Counts

    @property
    def customers(self) -> int:
        return self.transitions.first.n


def study(metric: str, pairs: Sequence[ScorePair]) -> SecondAnswers:
    """Return what the pairs of scores of a metric tell."""
    bad_scores = SCALES[metric].scores_of(Tier.BAD)
    bad = [pair for pair in pairs if pair.first in bad_scores]
    all_of_them = Arm.of(_each(bad))
    called = Arm.of(_each(pair for pair in bad if pair.is_called))
    others = Arm.of(_each(pair for pair in bad if not pair.is_called))
    is_compared = called is not None and others is not None
    return SecondAnswers(
        metric=metric,
        transitions=transitions(metric, pairs),
        bad=all_of_them,
        expected=_expected(pairs, all_of_them) if all_of_them else None,
        called=called,
        others=others,
        effect=recovery.effect(called, others) if called and others else None,
        matched=recovery.matched_effect(
            _each(pair for pair in bad if pair.is_called), _each(pair for pair in bad if not pair.is_called)
        )
        if is_compared
        else None,
        draw=_draw(bad),
        after_recovery=transitions(metric, [pair for pair in bad if pair.is_asked_again]).detractors,
    )


def transitions(metric: str, pairs: Iterable[ScorePair]) -> Transitions:
    """Return the second answers by the tier of the first."""
    scale = SCALES[metric]
    found = {tier: Counts() for tier in Tier}
    for pair in pairs:
        second = {scale.tier_of(pair.second).value: pair.customers}
        found[scale.tier_of(pair.first)] += Counts(**second)
    return Transitions(found[Tier.GOOD], found[Tier.MIDDLE], found[Tier.BAD])


def _draw(bad: Sequence[ScorePair]) -> Draw | None:
    earlier, later = (_half([pair for pair in bad if pair.is_late is side]) for side in (False, True))
    if not (earlier.n or later.n):
        return None
    both = earlier.arm and later.arm and recovery.effect(earlier.arm, later.arm)
    return Draw(earlier, later, both or None)


def _half(pairs: Sequence[ScorePair]) -> DrawnHalf:
    return DrawnHalf(Arm.of(_each(pairs)), sum(pair.customers for pair in pairs if pair.is_called))


def _expected(pairs: Sequence[ScorePair], bad: Arm) -> float | None:
    """Return the mean second score of the bad ones if they had only come nearer to the mean of all, by chance.

    At most they are expected at that mean: where both scores go against each other, the first one tells nothing.
    """
    by_scores: Counter[tuple[int, int]] = Counter()
    for pair in pairs:
        by_scores[pair.first, pair.second] += pair.customers
    together, n = recovery.correlation(by_scores), by_scores.total()
    if together is None or n < ENOUGH:
        return None
    mean = sum(first * number for (first, _second), number in by_scores.items()) / n
    return recovery.expected_second(bad.first, mean, max(0.0, together))


def _each(pairs: Iterable[ScorePair]) -> Iterator[tuple[int, int]]:
    for pair in pairs:
        yield from repeat((pair.first, pair.second), pair.customers)
