"""How many answers of a kind fall to each topic when each answer is split evenly over its topics. Pure.

Detractors per hundred answers are what a topic loses in points of NPS, promoters what it gains (`lost` and `gained` of
`analytics.formulas.topics`). The interval is Wilson's (JASA 22, 1927) with the variance of the parts in place of
p(1 − p): where every answer names one topic it is the interval of a share.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TypeVar

from analytics import student
from analytics.clusters import CHANCE, STRANGERS, Spread
from analytics.estimates import Interval
from analytics.formulas.priorities import Alike
from surveys.metrics import Tier

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Portion:
    """So many answers of a hundred, 0 … 100."""

    value: float
    interval: Interval


def portions(alike: Alike[Key], tier: Tier, spread: Spread = STRANGERS) -> dict[Key, Portion]:
    """Return the portion of a tier that falls to each topic, of all answers; empty without answers.

    Answers without a topic are among `alike` too. Where all are of one account, nothing is known: 0 to 100.
    """
    n = sum(alike.values())
    sums: dict[Key, Fraction] = {}
    squares: dict[Key, Fraction] = {}
    for (of_tier, topics), number in alike.items():
        for topic in topics:
            part = Fraction(1, len(topics)) if of_tier is tier else Fraction()
            sums[topic] = sums.get(topic, Fraction()) + number * part
            squares[topic] = squares.get(topic, Fraction()) + number * part * part
    return {topic: _portion(float(sums[topic] / n), float(squares[topic] / n), n, spread) for topic in sums}


def _portion(mean: float, mean_square: float, n: int, spread: Spread) -> Portion:
    if spread.is_unknown:
        return Portion(100 * mean, Interval(0, 100))
    # So many answers of strangers tell as much.
    worth = n / spread.design_effect if spread.design_effect else float(n)
    z = student.quantile(CHANCE, spread.freedom)
    variance, pull = max(0.0, mean_square - mean * mean), z * z / worth
    centre = (mean + pull / 2) / (1 + pull)
    reach = z * sqrt(variance / worth + pull / (4 * worth)) / (1 + pull)
    return Portion(
        100 * mean, Interval(100 * max(0.0, min(mean, centre - reach)), 100 * min(1.0, max(mean, centre + reach)))
    )
