"""Where the intervals of a table's rows lie on the short axis that they share: numbers in, SVG coordinates out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from analytics.dashboard.report import Figures
from analytics.estimates import Interval


@dataclass(frozen=True, slots=True)
class Axis:
    """The ends of the short axis that the rows of a table share, and the number of all of them together on it."""

    low: float
    high: float
    mean: float | None

    def x(self, at: float) -> float:
        return round(WHISKER_MARGIN + (at - self.low) / (self.high - self.low) * WHISKER, 1)


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval on the axis of its table, with the place of the number of all rows together."""

    x: float
    width: float
    dot: float
    mean: float | None


WHISKER = 172
WHISKER_MARGIN = 4
WHISKER_STEP = 10


def axis(rows: Sequence[Figures], together: Figures) -> Axis:
    """Return an axis from one ten to another that holds the intervals of all rows that show a number."""
    ends = [interval for row in rows if row.is_shown and (interval := row.interval)]
    return axis_of(ends, together.value if together.is_shown else None)


def axis_of(ends: Sequence[Interval], mean: float | None) -> Axis:
    """Return an axis from one ten to another that holds these intervals."""
    low = WHISKER_STEP * floor(min((end.low for end in ends), default=0) / WHISKER_STEP)
    high = WHISKER_STEP * ceil(max((end.high for end in ends), default=0) / WHISKER_STEP)
    return Axis(low, max(high, low + WHISKER_STEP), mean)


def whisker(figures: Figures, axis: Axis) -> Whisker | None:
    """Return where the interval and the number lie; None where none is shown."""
    interval, value = figures.interval, figures.value
    if not figures.is_shown or interval is None or value is None:
        return None
    return strip(interval, value, axis)


def strip(interval: Interval, value: float, axis: Axis) -> Whisker:
    """Return where an interval and the number in it lie."""
    low = axis.x(interval.low)
    mean = axis.x(axis.mean) if axis.mean is not None and axis.low <= axis.mean <= axis.high else None
    return Whisker(low, round(axis.x(interval.high) - low, 1), axis.x(value), mean)
