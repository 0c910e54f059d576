"""How bad, or how good, the silent would have to be for the number of all to be a goal. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import ceil

from analytics.formulas.silence import Silence

STEP = 10
BELOW = 4
# The goal that is told in words lies so far below the number at least.
APART = 5


class Reach(Enum):
    """Whether a goal depends on the silent: it holds or is missed whatever they think, or it turns on them."""

    HOLDS = "holds"
    MISSED = "missed"
    TURNS = "turns"


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """The number of the silent at which that of all is `goal`; `apart`: by how much it lies above those who answered.

    `is_chosen`: whether the reader asked for this goal. Outside of the scale neither `silent` nor `apart` is a number
    that could come true.
    """

    goal: float
    silent: float
    apart: float
    reach: Reach
    is_chosen: bool = False


def points(silence: Silence, chosen: float | None) -> list[TippingPoint]:
    """Return the tipping points of the tens around the number and of the chosen goal, the highest goal first.

    Empty where nobody is silent, or nobody answered.
    """
    value = silence.arithmetic.value(silence.answered)
    if value is None or silence.tipping_point(value) is None:
        return []
    top = STEP * ceil(value / STEP) if value % STEP else round(value) + STEP
    goals = {float(top - STEP * step) for step in range(BELOW + 1)} | ({chosen} if chosen is not None else set())
    on_scale = sorted((goal for goal in goals if _is_on_scale(silence, goal)), reverse=True)
    return [_point(silence, value, goal, is_chosen=goal == chosen) for goal in on_scale]


def told(found: list[TippingPoint], value: float) -> TippingPoint | None:
    """Return the one that is told in words: of the chosen goal, or the nearest goal well below the number."""
    chosen = next((each for each in found if each.is_chosen), None)
    return chosen or next((each for each in found if each.goal <= value - APART), None)


def _point(silence: Silence, value: float, goal: float, *, is_chosen: bool) -> TippingPoint:
    silent = silence.tipping_point(goal)
    assert silent is not None  # noqa: S101 somebody is silent
    lowest, highest = silence.arithmetic.LOWEST, silence.arithmetic.HIGHEST
    reach = Reach.HOLDS if silent <= lowest else Reach.MISSED if silent > highest else Reach.TURNS
    return TippingPoint(goal, silent, silent - value, reach, is_chosen)


def _is_on_scale(silence: Silence, goal: float) -> bool:
    return silence.arithmetic.LOWEST <= goal <= silence.arithmetic.HIGHEST
