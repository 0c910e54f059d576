"""Whether those who score higher also buy more: rank correlation, and the median per kind of answer. Pure.

Spearman's ρ over average ranks, with the interval tanh(atanh ρ ± z · 1.06/√(n − 3)): a little wider than that of
Fieller, Hartley & Pearson (Biometrika 44, 1957), who have √1.06. One row per company, the money counted after the
answer; worth reading from `ENOUGH_ROWS` on. It says what goes together, not what makes what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import atanh, erfc, sqrt, tanh
from statistics import median
from typing import TypeVar

from analytics.estimates import Z95, Interval

ENOUGH_ROWS = 50
# So much wider than that of a plain correlation is the error on Fisher's scale.
OF_RANKS = 1.06

Key = TypeVar("Key", bound=Hashable)
Amount = TypeVar("Amount", float, Decimal)


@dataclass(frozen=True, slots=True)
class Association:
    """A rank correlation `rho` (−1 … 1) of `n` rows, with its interval on the same scale."""

    n: int
    rho: float
    interval: Interval | None

    @property
    def chance(self) -> float:
        """How likely so strong a correlation is by chance where there is none; 1 with fewer than four rows."""
        if self.n < 4:
            return 1.0
        return erfc(abs(atanh(_within(self.rho, self.n))) * sqrt(self.n - 3) / OF_RANKS / sqrt(2))


def spearman(pairs: Sequence[tuple[float | Decimal, float | Decimal]]) -> Association | None:
    """Return the rank correlation of pairs; None with fewer than two rows or where one side is always the same.

    The interval is None with fewer than four rows. Where both orders are the same the formula gives an interval of no
    width; it is opened as far as the nearest correlation that so many rows can have.
    """
    ours, theirs = (_centred_ranks(side) for side in (list(zip(*pairs, strict=True)) or ((), ())))
    ours_square, theirs_square = (sum(rank * rank for rank in ranks) for ranks in (ours, theirs))
    if not ours_square or not theirs_square:
        return None
    product = sum(one * other for one, other in zip(ours, theirs, strict=True))
    rho = product / sqrt(ours_square * theirs_square)
    return Association(len(pairs), rho, _interval(rho, len(pairs)))


def medians(rows: Iterable[tuple[Key, Amount]]) -> dict[Key, Amount]:
    """Return the median amount of each kind of answer; kinds without rows are left out."""
    amounts: defaultdict[Key, list[Amount]] = defaultdict(list)
    for kind, amount in rows:
        amounts[kind].append(amount)
    return {kind: median(found) for kind, found in amounts.items()}


def _centred_ranks(values: Sequence[float | Decimal]) -> list[int]:
    """Return twice the distance of each rank from the middle one: whole numbers also where ties share a rank."""
    ranks = [0] * len(values)
    first = 0
    for _value, group in groupby(sorted(range(len(values)), key=values.__getitem__), key=values.__getitem__):
        places = list(group)
        for place in places:
            ranks[place] = 2 * first + len(places) - len(values)
        first += len(places)
    return ranks


def _interval(rho: float, n: int) -> Interval | None:
    if n < 4:
        return None
    centre = atanh(_within(rho, n))
    reach = Z95 * OF_RANKS / sqrt(n - 3)
    return Interval(min(rho, tanh(centre - reach)), max(rho, tanh(centre + reach)))


def _within(rho: float, n: int) -> float:
    """Return a correlation no nearer to ±1 than the next one that so many rows can have."""
    nearest = 1 - 12 / (n * (n * n - 1))
    return max(-nearest, min(nearest, rho))
