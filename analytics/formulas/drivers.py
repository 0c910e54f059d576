"""Which topics go with being a detractor once the others are allowed for. Pure.

A ridge logistic regression: P(detractor) = 1/(1 + exp(−(b₀ + Σ b·topic))), the penalty λ/2 · Σb² on all but b₀ (le
Cessie & van Houwelingen, Applied Statistics 41, 1992), solved by Newton's method with steps that are shortened where
need be. It parts topics that are named together, where `analytics.formulas.topics` counts each for itself. It is an
association among those who said why, never a cause, and worth showing from `ENOUGH_DETRACTORS` on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log1p, sqrt
from typing import Generic, TypeVar

PENALTY = 1.0
LEAST_PENALTY = 0.001
ENOUGH_DETRACTORS = 100
_EXACT = 1e-10
_MOST_STEPS = 100

Key = TypeVar("Key", bound=Hashable)
Vector = list[float]
# The places of the ones in a row (0 is the intercept), how many such rows there are, how many of them detractors.
Pattern = tuple[Sequence[int], int, int]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A logarithm of odds with its standard error: above 0 where the topic goes with detractors."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class DriverModel(Generic[Key]):
    """`covariance`: how the errors of the topics hang together, in their order."""

    intercept: Coefficient
    topics: Mapping[Key, Coefficient]
    detractors: int
    covariance: Sequence[Vector]

    @property
    def is_enough(self) -> bool:
        return self.detractors >= ENOUGH_DETRACTORS

    def sum_of(self, weights: Mapping[Key, float]) -> Coefficient:
        """Return the weighted sum of coefficients with its error; of what is no topic of the model nothing is added."""
        weighed = [(at, weights[topic]) for at, topic in enumerate(self.topics) if topic in weights]
        variance = sum(one * other * self.covariance[at][by] for at, one in weighed for by, other in weighed)
        value = sum(weights[topic] * one.value for topic, one in self.topics.items() if topic in weights)
        return Coefficient(value, sqrt(variance))


# Answers that are alike: their topics, how many they are, and how many of them are detractors'.
AlikeAnswers = tuple[Collection[Key], int, int]


def fit(
    answers: Iterable[tuple[bool, Collection[Key]]], topics: Sequence[Key], penalty: float = PENALTY
) -> DriverModel[Key] | None:
    """Return the model of answers, each given as whether it is a detractor's and its topics; others are not looked at.

    None where all answers are detractors' or none is, for then there is nothing to tell apart. A topic that nobody
    names has the coefficient 0 and the error 1/√penalty. Without a penalty a topic named by detractors alone would have
    no end: raises ValueError for one below 0.001. None as well in the case that Newton's steps do not come to rest.
    """
    return fit_alike(((named, 1, int(is_detractor)) for is_detractor, named in answers), topics, penalty)


def fit_alike(
    alike: Iterable[AlikeAnswers[Key]], topics: Sequence[Key], penalty: float = PENALTY
) -> DriverModel[Key] | None:
    """Return the same model of answers that were counted where they are alike."""
    if penalty < LEAST_PENALTY:
        raise ValueError(f"the penalty must be at least {LEAST_PENALTY}")
    patterns = _patterns(alike, topics)
    detractors = sum(bad for _ones, _rows, bad in patterns)
    if not 0 < detractors < sum(rows for _ones, rows, _bad in patterns):
        return None
    penalties = [0.0, *[penalty] * len(topics)]
    values = _solved(patterns, penalties)
    if values is None:
        return None
    inverse = _inverse(_curvature(patterns, penalties, values))
    intercept, *rest = (Coefficient(value, sqrt(inverse[at][at])) for at, value in enumerate(values))
    return DriverModel(intercept, dict(zip(topics, rest, strict=True)), detractors, [row[1:] for row in inverse[1:]])


def _patterns(alike: Iterable[AlikeAnswers[Key]], topics: Sequence[Key]) -> list[Pattern]:
    places = {topic: place for place, topic in enumerate(topics, start=1)}
    rows: Counter[tuple[int, ...]] = Counter()
    bad: Counter[tuple[int, ...]] = Counter()
    for named, number, detractors in alike:
        ones = (0, *sorted({places[topic] for topic in named if topic in places}))
        rows[ones] += number
        bad[ones] += detractors
    return [(ones, number, bad[ones]) for ones, number in rows.items()]


def _solved(patterns: Sequence[Pattern], penalties: Vector) -> Vector | None:
    """Return the values at which the slope is 0; None when the steps do not come to rest.

    Newton's steps, each halved until it leads to values that explain the answers better: a whole one may lead beyond
    where anything can be told apart.
    """
    values = [0.0] * len(penalties)
    for _step in range(_MOST_STEPS):
        inverse = _inverse(_curvature(patterns, penalties, values))
        slope = _slope(patterns, penalties, values)
        steps = [sum(one * other for one, other in zip(row, slope, strict=True)) for row in inverse]
        steps = _shortened(steps, patterns, penalties, values)
        values = [value - step for value, step in zip(values, steps, strict=True)]
        if max(map(abs, steps)) < _EXACT:
            return values
    return None


def _shortened(steps: Vector, patterns: Sequence[Pattern], penalties: Vector, values: Vector) -> Vector:
    """Return the steps, halved until the loss does not grow by them; what rounding adds to it is no growth."""
    before = _loss(patterns, penalties, values) * (1 + _EXACT)
    while max(map(abs, steps)) >= _EXACT:
        if _loss(patterns, penalties, [value - step for value, step in zip(values, steps, strict=True)]) <= before:
            break
        steps = [step / 2 for step in steps]
    return steps


def _loss(patterns: Sequence[Pattern], penalties: Vector, values: Vector) -> float:
    """Return what the values are chosen to make least: how badly they explain the answers, and the penalty."""
    loss = sum(penalty * value * value / 2 for penalty, value in zip(penalties, values, strict=True))
    for ones, rows, bad in patterns:
        odds = sum(values[at] for at in ones)
        loss += rows * (max(odds, 0.0) + log1p(exp(-abs(odds)))) - bad * odds
    return loss


def _chance(ones: Sequence[int], values: Vector) -> float:
    odds = sum(values[at] for at in ones)
    return 1 / (1 + exp(-odds)) if odds >= 0 else 1 - 1 / (1 + exp(odds))


def _slope(patterns: Sequence[Pattern], penalties: Vector, values: Vector) -> Vector:
    slope = [penalty * value for penalty, value in zip(penalties, values, strict=True)]
    for ones, rows, bad in patterns:
        surplus = rows * _chance(ones, values) - bad
        for at in ones:
            slope[at] += surplus
    return slope


def _curvature(patterns: Sequence[Pattern], penalties: Vector, values: Vector) -> list[Vector]:
    size = len(penalties)
    curvature = [[penalties[at] if at == other else 0.0 for other in range(size)] for at in range(size)]
    for ones, rows, _bad in patterns:
        chance = _chance(ones, values)
        weight = rows * chance * (1 - chance)
        for at in ones:
            for other in ones:
                curvature[at][other] += weight
    return curvature


def _inverse(matrix: Sequence[Vector]) -> list[Vector]:
    """Return the inverse of a positive definite matrix (Gauss & Jordan; it needs no other order of rows)."""
    size = len(matrix)
    rows = [[*row, *(float(at == other) for other in range(size))] for at, row in enumerate(matrix)]
    for at in range(size):
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(size):
            if other != at and rows[other][at]:
                factor = rows[other][at]
                rows[other] = [value - factor * own for value, own in zip(rows[other], rows[at], strict=True)]
    return [row[size:] for row in rows]
