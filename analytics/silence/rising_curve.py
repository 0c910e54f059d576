"""Where the curve of answers lies: days after the ask across, the share that has answered upwards. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from analytics import top_share
from analytics.delay_curve import AGES, DAYS, Curve

STEPS = (1, 2, 5, 10, 20, 25)
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class CurveSheet:
    width: int
    height: int
    left: int = 44
    right: int = 20
    top: int = 12
    bottom: int = 44


WIDE = CurveSheet(width=1180, height=260)
NARROW = CurveSheet(width=380, height=240)


@dataclass(frozen=True, slots=True)
class CurveTick:
    value: int
    at: float


@dataclass(frozen=True, slots=True)
class CurveDot:
    """So many days after the ask: how many in a hundred have answered, with the ends of the interval."""

    days: int
    share: float
    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RisingCurve:
    sheet: CurveSheet
    floor: int
    right: int
    ticks: list[CurveTick]
    line: str
    dots: list[CurveDot]


def rising(curve: Curve, sheet: CurveSheet) -> RisingCurve:
    """Lay out a curve from the moment of the ask, when nobody has answered, to the last day."""
    floor = sheet.height - sheet.bottom
    shares = [100 * answered / curve.asked for answered in curve.answered]
    between = [top_share.of_share(answered, curve.asked) for answered in curve.answered]
    highest = max(interval.high for interval in between if interval)
    step = next((step for step in STEPS if highest / step <= MOST_TICKS), STEPS[-1])
    high = step * ceil(highest / step)

    def x(days: float) -> float:
        return round(sheet.left + days / DAYS * (sheet.width - sheet.left - sheet.right), 1)

    def y(share: float) -> float:
        return round(floor - share / high * (floor - sheet.top), 1)

    dots = [
        CurveDot(days, share, x(days), y(share), y(interval.low), y(interval.high))
        for days, share, interval in zip(AGES, shares, between, strict=True)
        if interval
    ]
    return RisingCurve(
        sheet=sheet,
        floor=floor,
        right=sheet.width - sheet.right,
        ticks=[CurveTick(value, y(value)) for value in range(0, high + 1, step)],
        line=" ".join([f"{x(0)},{y(0)}", *(f"{dot.x},{dot.y}" for dot in dots)]),
        dots=dots,
    )
