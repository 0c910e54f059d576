"""Where the points and the limits of a funnel lie: the fewer answers, the farther off a number lies by chance. Pure.

Spiegelhalter (Statistics in Medicine 24, 2005): the number against how much it rests on, with limits around the number
of all together within which 95 and 99.8 of 100 lie where nobody differs. A point outside is worth a talk; a place in an
order is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log, sqrt
from statistics import NormalDist

from analytics.arithmetic import Arithmetic
from analytics.counts import FEW, Counts

LIMITS = (0.95, 0.998)
NUMBERS_OF_ANSWERS = tuple(digit * 10**power for power in range(7) for digit in (1, 2, 5))
STEPS = (10, 20, 25, 50)
MOST_TICKS = 6
POINTS_OF_A_LIMIT = 60


@dataclass(frozen=True, slots=True)
class FunnelSheet:
    width: int
    height: int
    most_marks: int
    left: int = 44
    right: int = 16
    top: int = 10
    bottom: int = 44


WIDE = FunnelSheet(width=1180, height=340, most_marks=12)
NARROW = FunnelSheet(width=380, height=300, most_marks=5)


@dataclass(frozen=True, slots=True)
class FunnelMark:
    value: int
    at: float


@dataclass(frozen=True, slots=True)
class FunnelDot:
    """Somebody's number; `name` is what a pointer finds there."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """`others` is one path of all points that are not on the page; `limits` are lines, the inner ones first."""

    sheet: FunnelSheet
    floor: int
    middle: float
    x_marks: list[FunnelMark]
    y_marks: list[FunnelMark]
    limits: list[str]
    dots: list[FunnelDot]
    others: str

    @property
    def right(self) -> int:
        return self.sheet.width - self.sheet.right


def funnel(
    arithmetic: Arithmetic,
    groups: Sequence[Counts],
    named: Iterable[tuple[str, Counts]],
    design_effect: float,
    sheet: FunnelSheet,
) -> FunnelPlot | None:
    """Lay out the numbers of disjoint groups of five answers and more; None where there is none.

    `named` are those that the page shows; of the others only the points are drawn.
    """
    shown = [group for group in groups if group.n >= FEW]
    total = sum(groups, Counts())
    if not shown:
        return None
    middle, floor_of_sheet = arithmetic.value(total) or 0.0, sheet.height - sheet.bottom
    fewest, most = min(group.n for group in shown), max(group.n for group in shown)
    spread = 100 * sqrt(design_effect * arithmetic.variance(total) * total.n)
    low, high, step = _scale(arithmetic, shown, middle, spread / sqrt(fewest))

    def x(answers: float) -> float:
        along = log(answers / fewest) / log(most / fewest) if most > fewest else 0.5
        return round(sheet.left + 8 + along * (sheet.width - sheet.left - sheet.right - 16), 1)

    def y(value: float) -> float:
        share = (min(high, max(low, value)) - low) / (high - low)
        return round(floor_of_sheet - share * (floor_of_sheet - sheet.top), 1)

    points = ((x(group.n), y(arithmetic.value(group) or 0.0)) for group in shown)
    marks = [FunnelMark(number, x(number)) for number in NUMBERS_OF_ANSWERS if fewest <= number <= most]
    return FunnelPlot(
        sheet=sheet,
        floor=floor_of_sheet,
        middle=y(middle),
        x_marks=marks[:: ceil(len(marks) / sheet.most_marks) or 1],
        y_marks=[FunnelMark(value, y(value)) for value in range(low, high + 1, step)],
        limits=list(_limits(arithmetic, middle, spread, (fewest, most), (x, y))),
        dots=[
            FunnelDot(name, x(counts.n), y(arithmetic.value(counts) or 0.0))
            for name, counts in named
            if counts.n >= FEW
        ],
        others="".join(f"M{across} {up}h0" for across, up in points),
    )


def _limits(
    arithmetic: Arithmetic,
    middle: float,
    spread: float,
    ends: tuple[int, int],
    places: tuple[Callable[[float], float], Callable[[float], float]],
) -> Iterable[str]:
    """Yield the lower and the upper line of each limit; where the scale ends they end."""
    (fewest, most), (x, y) = ends, places
    numbers = [fewest * (most / fewest) ** (place / POINTS_OF_A_LIMIT) for place in range(POINTS_OF_A_LIMIT + 1)]
    for share in LIMITS:
        z = NormalDist().inv_cdf((1 + share) / 2)
        for side in (-1, 1):
            line = [(n, middle + side * z * spread / sqrt(n)) for n in numbers]
            yield " ".join(f"{x(n)},{y(max(arithmetic.LOWEST, min(arithmetic.HIGHEST, at)))}" for n, at in line)


def _scale(arithmetic: Arithmetic, groups: Sequence[Counts], middle: float, error: float) -> tuple[int, int, int]:
    """Return the ends and the step of an axis that holds every number, and the inner limits at their widest."""
    reach = NormalDist().inv_cdf((1 + LIMITS[0]) / 2) * error
    values = [middle - reach, middle + reach, *(arithmetic.value(group) or 0.0 for group in groups)]
    for step in STEPS:
        low = max(arithmetic.LOWEST, step * floor(min(values) / step))
        high = min(arithmetic.HIGHEST, step * ceil(max(values) / step))
        if (high - low) / step <= MOST_TICKS:
            break
    return low, max(high, low + step), step
