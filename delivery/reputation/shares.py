"""How many of the letters from a domain came back or were reported as spam, and when that is too many. Pure."""

from dataclasses import dataclass
from math import sqrt

# Of fewer letters no share says anything.
FEWEST = 100
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Bound:
    """Too many are at least `fewest` and at least `per_mille` of a thousand letters."""

    fewest: int
    per_mille: int

    def is_reached(self, found: int, of: int) -> bool:
        return of >= FEWEST and found >= self.fewest and found * 1000 >= self.per_mille * of


# What the large mailbox providers tell senders to stay below.
BOUNCES = Bound(fewest=5, per_mille=50)
COMPLAINTS = Bound(fewest=3, per_mille=3)


@dataclass(frozen=True)
class DomainFigures:
    """Letters handed over from a domain, and how many of these came back for good and were reported as spam."""

    handed_over: int = 0
    bounces: int = 0
    complaints: int = 0

    @property
    def too_many_bounces(self) -> bool:
        return BOUNCES.is_reached(self.bounces, self.handed_over)

    @property
    def too_many_complaints(self) -> bool:
        return COMPLAINTS.is_reached(self.complaints, self.handed_over)

    @property
    def tell_something(self) -> bool:
        return self.handed_over >= FEWEST


def interval(found: int, of: int) -> tuple[float, float]:
    """Return the Wilson interval of a share (0–1) with 95 % confidence; `of` is not 0."""
    z2 = Z95 * Z95
    share = found / of
    middle, half = share + z2 / (2 * of), Z95 * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, (middle - half) / (1 + z2 / of)), min(1.0, (middle + half) / (1 + z2 / of))
