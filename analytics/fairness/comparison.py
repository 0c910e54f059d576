"""Managers and teams compared fairly: each drawn towards the company, the more the fewer answers there are. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from analytics import verdicts
from analytics.arithmetic import Arithmetic
from analytics.clusters import Spread
from analytics.counts import ENOUGH, FEW, Counts
from analytics.formulas.fair_ranks import Ranking, Shrunk, rank
from analytics.verdicts import FALSE_DISCOVERIES, Change

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Compared:
    """`standing` is up or down where it is sure that somebody is better or worse than the company."""

    shrunk: Shrunk
    standing: Change

    @property
    def counts(self) -> Counts:
        return self.shrunk.counts

    @property
    def is_shown(self) -> bool:
        return self.counts.n >= FEW

    @property
    def is_few(self) -> bool:
        return self.is_shown and self.counts.n < ENOUGH


@dataclass(frozen=True, slots=True)
class Comparison(Generic[Key]):
    ranking: Ranking[Key]
    rows: Mapping[Key, Compared]
    design_effect: float


def compare(
    arithmetic: Arithmetic, groups: Mapping[Key, Counts], hanging: Spread, *, is_closed: bool
) -> Comparison[Key] | None:
    """Return how disjoint groups compare with all together; None where nobody has an answer.

    `hanging`: how all answers hang together. Better or worse is said of whole months that are over (`is_closed`), of 30
    answers and more, where the chance of it is 95 of 100 and where it holds among all of them (Benjamini–Hochberg).
    """
    effect = max(1.0, hanging.design_effect)
    ranking = rank(groups, arithmetic, effect)
    if ranking is None:
        return None
    enough = [key for key, row in ranking.segments.items() if row.counts.n >= ENOUGH]
    chances = [2 * min(row.chance_above, 1 - row.chance_above) for row in (ranking.segments[key] for key in enough)]
    rates = dict(zip(enough, verdicts.false_discovery_rates(chances), strict=True))
    rows = {
        key: Compared(row, _standing(row, rates.get(key), is_closed=is_closed and not hanging.is_unknown))
        for key, row in ranking.segments.items()
    }
    return Comparison(ranking, rows, effect)


def _standing(row: Shrunk, rate: float | None, *, is_closed: bool) -> Change:
    if rate is None:
        return Change.TOO_FEW
    if not is_closed:
        return Change.OPEN
    if rate > FALSE_DISCOVERIES or not (row.is_better or row.is_worse):
        return Change.UNCLEAR
    return Change.UP if row.is_better else Change.DOWN
