"""How many answers of each tier there are, whatever was measured. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from surveys.metrics import Scale, Tier

# Below FEW only counts are shown; below ENOUGH the number is grey and takes no part in tests or rankings.
FEW = 5
ENOUGH = 30


class Sample(Enum):
    """How much a number of answers can carry."""

    NONE = "none"
    COUNTS = "counts"
    FEW = "few"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many answers were good, middling and bad: promoters, passives and detractors of an NPS."""

    good: int = 0
    middle: int = 0
    bad: int = 0

    @classmethod
    def of_scores(cls, scale: Scale, by_score: Sequence[int]) -> Counts:
        """Return the counts of numbers by score: how many gave 0, 1, 2 and so on; scores off the scale are left out."""
        good, middle, bad = (scale.span_of(tier) for tier in (Tier.GOOD, Tier.MIDDLE, Tier.BAD))
        return cls(*(sum(by_score[each.start : each.stop]) for each in (good, middle, bad)))

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.good + other.good, self.middle + other.middle, self.bad + other.bad)

    def __sub__(self, other: Counts) -> Counts:
        return Counts(self.good - other.good, self.middle - other.middle, self.bad - other.bad)

    @property
    def n(self) -> int:
        return self.good + self.middle + self.bad

    @property
    def sample(self) -> Sample:
        if not self.n:
            return Sample.NONE
        if self.n < FEW:
            return Sample.COUNTS
        return Sample.FEW if self.n < ENOUGH else Sample.ENOUGH

    def share(self, count: int) -> float | None:
        """Return `count` as a percentage of these answers; None without answers."""
        return 100 * count / self.n if self.n else None
