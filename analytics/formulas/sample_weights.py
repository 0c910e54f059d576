"""Weighting answers to those they stand for: when small customers answer more, they count for less. Pure.

Post-stratification sets each cell (a size, a region) to its share of the customers: NPS = Σ W·NPS_h with the variance
Σ W²·σ²/(n − 1). Raking (iterative proportional fitting; Deming & Stephan, Annals of Mathematical Statistics 11, 1940)
does so for two traits at once of which only the totals are known. Kish's effective number of answers (Σw)²/Σw² says
what the weights cost.

Cells of fewer than `LEAST_ANSWERS` are better merged before, weights held within `TRIMMED`, and a weighted number is
shown beside the plain one only, and only where `is_enough`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, inf, sqrt
from typing import Generic, TypeVar

from analytics import nps
from analytics.arithmetic import Arithmetic
from analytics.counts import Counts
from analytics.estimates import Z95, Interval

LEAST_ANSWERS = 10
TRIMMED = (1 / 3, 3.0)
UNLIMITED = (0.0, inf)
# So much of the answers must be left in effect.
ENOUGH_EFFECT = 0.6
_EXACT = 1e-10
_MOST_ROUNDS = 1000

Key = TypeVar("Key", bound=Hashable)
Table = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Weighted(Generic[Key]):
    """A weighted number beside the plain one, in points, with the weight of an answer of each cell that has any.

    `coverage`: the share of the customers whose cell has answers, 0 … 1.
    """

    plain: float
    points: float
    error: float
    effective: float
    answers: int
    coverage: float
    weights: Mapping[Key, float]
    arithmetic: Arithmetic = nps

    @property
    def interval(self) -> Interval:
        """The 95 % interval, cut at the ends of the scale."""
        reach = Z95 * self.error
        return Interval(
            max(self.arithmetic.LOWEST, self.points - reach), min(self.arithmetic.HIGHEST, self.points + reach)
        )

    @property
    def design_effect(self) -> float:
        return self.answers / self.effective

    @property
    def is_enough(self) -> bool:
        return self.effective >= ENOUGH_EFFECT * self.answers


def poststratify(
    cells: Mapping[Key, Counts],
    population: Mapping[Key, float],
    limits: tuple[float, float] = UNLIMITED,
    arithmetic: Arithmetic = nps,
) -> Weighted[Key] | None:
    """Return the number of answers weighted to a population, both by the same disjoint cells.

    `limits` are the least and greatest weight, such as `TRIMMED`; the rest then shares what was cut off. Cells without
    answers are left out and their customers taken for like all others (`coverage` tells how many). A cell of one answer
    shows no spread, so the widest is assumed. Cells that the population does not have weigh the least there is. None
    when no cell has both; raises ValueError for a population below 0.
    """
    heard = {key: counts for key, counts in cells.items() if counts.n}
    if any(size < 0 for size in population.values()):
        raise ValueError("a population is not below 0")
    if not (known := fsum(population.get(key, 0) for key in heard)):
        return None
    answers = sum(counts.n for counts in heard.values())
    wanted = {key: population.get(key, 0) / known * answers / counts.n for key, counts in heard.items()}
    weights = {key: min(limits[1], max(limits[0], weight)) for key, weight in wanted.items()}
    return weighted(heard, weights, known / fsum(population.values()), arithmetic)


def weighted(
    cells: Mapping[Key, Counts], weights: Mapping[Key, float], coverage: float = 1.0, arithmetic: Arithmetic = nps
) -> Weighted[Key]:
    """Return the number of cells that all have answers, an answer of each weighing as given; not all weigh 0.

    The variance is that of post-stratification, also where the weights were raked, and so a little too wide there.
    """
    shares = {key: weights[key] * counts.n for key, counts in cells.items()}
    squares = fsum(shares[key] ** 2 * _variance(counts, arithmetic) for key, counts in cells.items())
    total = sum(cells.values(), Counts())
    return Weighted(
        plain=_points(total, arithmetic),
        points=mean((share, _points(cells[key], arithmetic)) for key, share in shares.items()),
        error=100 * sqrt(squares) / fsum(shares.values()),
        effective=effective_answers((weights[key], counts.n) for key, counts in cells.items()),
        answers=total.n,
        coverage=coverage,
        weights=weights,
        arithmetic=arithmetic,
    )


def mean(values: Iterable[tuple[float, float]]) -> float:
    """Return the mean of values, each given behind the sum of its weights; these must not all be 0."""
    weights, products = zip(*((weight, weight * value) for weight, value in values), strict=True)
    return fsum(products) / fsum(weights)


def effective_answers(weights: Iterable[tuple[float, float]]) -> float:
    """Return Kish's effective number of weighted answers, given each weight and how many have it; 0 of nothing."""
    sums, squares = 0.0, 0.0
    for weight, n in weights:
        sums += n * weight
        squares += n * weight * weight
    return sums * sums / squares if squares else 0.0


def rake(sample: Table, row_targets: Sequence[float], column_targets: Sequence[float]) -> list[list[float]] | None:
    """Return the weight of an answer in each cell of a table, so that its rows and columns add up to their targets.

    `sample` holds how many answered, 0 or more. A cell without answers has the weight 0. None where the targets cannot
    be met, for a row or column, or a corner, is empty that should not be. Raises ValueError when the targets of rows
    and of columns do not add up to the same.
    """
    if abs(fsum(row_targets) - fsum(column_targets)) > 1e-6 * fsum(row_targets):
        raise ValueError("the targets of rows and columns must add up to the same")
    fitted: Table = sample
    for _round in range(_MOST_ROUNDS):
        fitted = _turned(_scaled(_turned(_scaled(fitted, row_targets)), column_targets))
        off = _is_off(fitted, row_targets), _is_off(_turned(fitted), column_targets)
        if max(off) <= _EXACT * fsum(row_targets):
            return [[*map(_ratio, *rows)] for rows in zip(fitted, sample, strict=True)]
    return None


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _scaled(table: Table, targets: Sequence[float]) -> list[list[float]]:
    sums = [fsum(row) for row in table]
    return [
        [_ratio(value * target, whole) for value in row]
        for row, whole, target in zip(table, sums, targets, strict=True)
    ]


def _turned(table: Table) -> list[list[float]]:
    return [list(column) for column in zip(*table, strict=True)]


def _is_off(table: Table, targets: Sequence[float]) -> float:
    return max((abs(fsum(row) - target) for row, target in zip(table, targets, strict=True)), default=0.0)


def _points(counts: Counts, arithmetic: Arithmetic) -> float:
    return arithmetic.value(counts) or 0.0


def _variance(counts: Counts, arithmetic: Arithmetic) -> float:
    """Return the variance of the mean worth of these answers; of a single one the widest that the scale allows."""
    if counts.n > 1:
        return arithmetic.variance(counts) * counts.n / (counts.n - 1)
    return ((arithmetic.HIGHEST - arithmetic.LOWEST) / 200) ** 2
