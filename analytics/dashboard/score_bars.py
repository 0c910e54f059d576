"""Where the bars of scores and the bar of their tiers lie: numbers in, SVG coordinates out. Templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.dashboard.report import Figures
from surveys.metrics import SCALES, Tier


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """How many gave one score."""

    score: int
    tier: str
    category: str
    count: int
    share: float
    x: float
    y: float
    middle: float
    height: float


BARS_WIDTH = 352
BARS_HEIGHT = 150
# Of its slot a bar takes this share.
BAR = 26 / 32


def bars(metric: str, by_score: Sequence[int]) -> list[ScoreBar]:
    """Lay out a bar for each score of the metric; the tallest fills the height."""
    scale = SCALES[metric]
    total, most = sum(by_score), max(by_score) or 1
    slot = BARS_WIDTH / len(scale.scores)
    found = []
    for place, score in enumerate(scale.scores):
        height = round(BARS_HEIGHT * by_score[score] / most, 1)
        found.append(
            ScoreBar(
                score=score,
                tier=scale.tier_of(score).value,
                category=str(scale.category_of(score).label),
                count=by_score[score],
                share=100 * by_score[score] / total if total else 0.0,
                x=round(slot * (place + (1 - BAR) / 2), 1),
                y=round(BARS_HEIGHT - height, 1),
                middle=round(slot * (place + 0.5), 1),
                height=height,
            )
        )
    return found


def bar_width(metric: str) -> float:
    return round(BARS_WIDTH / len(SCALES[metric].scores) * BAR, 1)


@dataclass(frozen=True, slots=True)
class Bracket:
    """The line below the bars of one tier."""

    tier: str
    x: float
    width: float
    middle: float


def brackets(metric: str) -> list[Bracket]:
    """Lay out which scores are bad, middling and good, from left to right."""
    scale = SCALES[metric]
    slot, gap, found, x = BARS_WIDTH / len(scale.scores), 3.0, [], 0.0
    for tier in (Tier.BAD, Tier.MIDDLE, Tier.GOOD):
        width = slot * len(scale.scores_of(tier))
        found.append(Bracket(tier.value, round(x + gap, 1), round(width - 2 * gap, 1), round(x + width / 2, 1)))
        x += width
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """One tier's piece of a bar across."""

    tier: str
    x: float
    width: float


STACK = 300


def stack(figures: Figures) -> list[Part]:
    """Lay out the shares of good, middling and bad answers side by side; empty without answers."""
    found, x = [], 0.0
    for tier, share in ((Tier.GOOD, figures.good), (Tier.MIDDLE, figures.middle), (Tier.BAD, figures.bad)):
        width = STACK * (share or 0) / 100
        found.append(Part(tier.value, round(x, 1), round(width, 1)))
        x += width
    return found if figures.n else []
