"""What came of compensation: how the scores of bad answers changed with and without it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from analytics.formulas import recovery
from analytics.formulas.recovery import Arm, LoopEffect, MatchedEffect
from analytics.recovery.pairs import ScorePair
from surveys.metrics import SCALES, Tier


@dataclass(frozen=True, slots=True)
class CompensationEffect:
    """Customers with a bad first answer who answered again: `given` were compensated in between, `others` not.

    A side is None where there is nobody; `effect` and `matched` (by first score) need both.
    """

    given: Arm | None
    others: Arm | None
    effect: LoopEffect | None
    matched: MatchedEffect | None


def study(metric: str, pairs: Sequence[ScorePair]) -> CompensationEffect:
    """Return what the pairs of scores of a metric tell of compensation."""
    bad_scores = SCALES[metric].scores_of(Tier.BAD)
    bad = [pair for pair in pairs if pair.first in bad_scores]
    with_it, without = ([pair for pair in bad if pair.is_compensated is side] for side in (True, False))
    given, others = Arm.of(_each(with_it)), Arm.of(_each(without))
    both = given is not None and others is not None
    return CompensationEffect(
        given,
        others,
        recovery.effect(given, others) if given and others else None,
        recovery.matched_effect(_each(with_it), _each(without)) if both else None,
    )


def _each(pairs: Iterable[ScorePair]) -> Iterator[tuple[int, int]]:
    for pair in pairs:
        yield from repeat((pair.first, pair.second), pair.customers)
