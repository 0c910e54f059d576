"""Where numbers and their ranges lie that stand below each other on one axis across. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.dashboard.axes import rounded
from analytics.estimates import Interval

STEPS = (1, 2, 5, 10, 20, 25, 50)
MOST_MARKS = 9


@dataclass(frozen=True, slots=True)
class RangeSheet:
    """The size of a drawing; `above`: the name of a row stands above its bar, not beside it."""

    width: int
    left: int
    right: int
    row: int
    most_marks: int
    above: bool


BAR = 14
WIDE = RangeSheet(width=1180, left=330, right=30, row=34, most_marks=9, above=False)
NARROW = RangeSheet(width=380, left=16, right=16, row=50, most_marks=5, above=True)
TOP = 6
BOTTOM = 28


@dataclass(frozen=True, slots=True)
class NamedRange:
    """A range with its name; `value` is the number within, `is_open` says that there is none to be guessed."""

    name: str
    interval: Interval
    value: float | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class RangeMark:
    value: int
    x: float


@dataclass(frozen=True, slots=True)
class RangeBar:
    name: str
    name_y: float
    bar_y: float
    middle: float
    x: float
    width: float
    dot: float | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Bars from top to bottom. Names end at `name_x` or begin there, as `anchor` says."""

    width: int
    height: int
    bottom: int
    bar: int
    name_x: int
    anchor: str
    marks: list[RangeMark]
    bars: list[RangeBar]


def ranges(rows: Sequence[NamedRange], sheet: RangeSheet) -> RangeChart | None:
    """Lay out some ranges below each other; None where there is none."""
    if not rows:
        return None
    ends = [end for row in rows for end in (row.interval.low, row.interval.high)]
    low, high, step = rounded(min(ends), max(ends), STEPS, sheet.most_marks - 1)

    def x(value: float) -> float:
        return round(sheet.left + (value - low) / (high - low) * (sheet.width - sheet.left - sheet.right), 1)

    bars = []
    for place, row in enumerate(rows):
        top = TOP + place * sheet.row
        bar_y = top + (sheet.row - BAR - 6 if sheet.above else (sheet.row - BAR) / 2)
        start, end = x(row.interval.low), x(row.interval.high)
        bars.append(
            RangeBar(
                name=row.name,
                name_y=top + 20 if sheet.above else bar_y + 11,
                bar_y=bar_y,
                middle=bar_y + BAR / 2,
                x=start,
                width=round(max(1.0, end - start), 1),
                dot=None if row.value is None else x(row.value),
                is_open=row.is_open,
            )
        )
    bottom = TOP + len(rows) * sheet.row
    return RangeChart(
        width=sheet.width,
        height=bottom + BOTTOM,
        bottom=bottom,
        bar=BAR,
        name_x=sheet.left if sheet.above else sheet.left - 14,
        anchor="start" if sheet.above else "end",
        marks=[RangeMark(value, x(value)) for value in range(low, high + 1, step)],
        bars=bars,
    )
