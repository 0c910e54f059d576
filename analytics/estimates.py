"""What is said of a number and of a difference, whatever was measured. Pure."""

from __future__ import annotations

from dataclasses import dataclass

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends in points or per cent, low first."""

    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Difference:
    """How far one group lies above another, disjoint, one: `points` raw, as both are printed, `interval` of 95 %.

    `z` has the sign of the direction; `p` is the chance of a difference as large where there is none.
    """

    points: float
    z: float
    p: float
    interval: Interval
