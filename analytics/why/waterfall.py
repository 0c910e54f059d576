"""Where the steps of a waterfall lie: from the number before, segment by segment, to the number now. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from analytics.dashboard.axes import rounded

TICK_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
MOST_TICKS = 7
# So many segments have a step of their own; the rest share the last one.
MOST_STEPS = 10


@dataclass(frozen=True, slots=True)
class Move:
    """What a segment moves the number by, in points: its rate and then its mix."""

    name: str
    rate: float
    mix: float

    @property
    def points(self) -> float:
        return self.rate + self.mix


@dataclass(frozen=True, slots=True)
class StepBar:
    """One of the two pieces of a step; `part`: rate or mix, `tone`: good or bad."""

    part: str
    tone: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Step:
    """One row: its name, its bars, the number that it ends at, and where a line leads from there to the next row.

    An end of the waterfall has no bars. `points`: rate and mix together.
    """

    name: str
    name_y: float
    bar_y: float
    middle: float
    next: float
    end: float
    bars: list[StepBar]
    points: float = 0.0

    @property
    def is_end(self) -> bool:
        return not self.bars


@dataclass(frozen=True, slots=True)
class AxisMark:
    value: int
    x: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Steps from top to bottom on an axis across. Names end at `name_x` or begin there, as `anchor` says."""

    width: int
    height: int
    bottom: int
    bar: int
    name_x: int
    anchor: str
    value_x: int
    marks: list[AxisMark]
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The size of a waterfall: `row` is the height of a step; `above`: its name stands above its bars, not beside."""

    width: int
    left: int
    right: int
    row: int
    longest_name: int
    above: bool


BAR = 16
WIDE = Sheet(width=1180, left=290, right=110, row=30, longest_name=38, above=False)
NARROW = Sheet(width=380, left=12, right=12, row=48, longest_name=36, above=True)
TOP = 6
BOTTOM = 28


def chief_moves(moves: Sequence[Move], name_of_rest: str) -> list[Move]:
    """Return the first moves as they are, and the rest of them as one."""
    if len(moves) <= MOST_STEPS:
        return list(moves)
    rest = moves[MOST_STEPS - 1 :]
    return [
        *moves[: MOST_STEPS - 1],
        Move(name_of_rest, sum(move.rate for move in rest), sum(move.mix for move in rest)),
    ]


def waterfall(first: tuple[str, float], last: tuple[str, float], moves: Sequence[Move], sheet: Sheet) -> Waterfall:
    """Lay out the moves between two ends, each a name and a number."""
    heights = [*_heights(first[1], moves), last[1]]
    low, high, step = rounded(min(heights), max(heights), TICK_STEPS, MOST_TICKS)

    def x(value: float) -> float:
        return round(sheet.left + (value - low) / (high - low) * (sheet.width - sheet.left - sheet.right), 1)

    at, steps = first[1], [_step(0, first[0], x(first[1]), sheet)]
    for number, move in enumerate(moves, start=1):
        bars = list(_bars(at, move, x))
        at += move.points
        steps.append(_step(number, move.name, x(at), sheet, bars, move.points))
    steps.append(_step(len(moves) + 1, last[0], x(last[1]), sheet))
    bottom = TOP + len(steps) * sheet.row
    return Waterfall(
        width=sheet.width,
        height=bottom + BOTTOM,
        bottom=bottom,
        bar=BAR,
        name_x=sheet.left if sheet.above else sheet.left - 14,
        anchor="start" if sheet.above else "end",
        value_x=sheet.width - 12,
        marks=[AxisMark(value, x(value)) for value in range(low, high + 1, step)],
        steps=steps,
    )


def _step(
    number: int, name: str, end: float, sheet: Sheet, bars: list[StepBar] | None = None, points: float = 0.0
) -> Step:
    top = TOP + number * sheet.row
    bar_y = top + (sheet.row - BAR - 6 if sheet.above else (sheet.row - BAR) / 2)
    return Step(
        name=name if len(name) <= sheet.longest_name else f"{name[: sheet.longest_name - 1].rstrip()}…",
        name_y=top + 18 if sheet.above else bar_y + 12,
        bar_y=bar_y,
        middle=bar_y + BAR / 2,
        next=bar_y + BAR / 2 + sheet.row,
        end=end,
        bars=bars or [],
        points=points,
    )


def _heights(start: float, moves: Iterable[Move]) -> Iterator[float]:
    """Yield every number that the waterfall passes."""
    yield start
    for move in moves:
        for part in (move.rate, move.mix):
            start += part
            yield start


def _bars(at: float, move: Move, x: Callable[[float], float]) -> Iterator[StepBar]:
    for part, points in (("rate", move.rate), ("mix", move.mix)):
        left, right = x(min(at, at + points)), x(max(at, at + points))
        yield StepBar(part, "good" if points > 0 else "bad", left, round(right - left, 1))
        at += points
