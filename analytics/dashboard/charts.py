"""Where the lines, bands and bars of the charts lie: numbers in, SVG coordinates out. Templates draw them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor

from analytics.arithmetic import ARITHMETIC
from analytics.dashboard.reference_lines import ReferenceLine
from analytics.dashboard.report import Figures, Point

STEPS = (10, 20, 25, 50)
MOST_TICKS = 6
SMALLEST_SPAN = 40


@dataclass(frozen=True, slots=True)
class Tick:
    value: int
    y: float


@dataclass(frozen=True, slots=True)
class PointName:
    """What a point is called: whole, and below the axis in short, with its year apart where the short name has none."""

    whole: str
    short: str
    year: str = ""


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """What stands below a point; `year` only where it is another than to its left."""

    text: str
    x: float
    year: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of the line, with the words that a pointer or a screen reader finds there."""

    x: float
    y: float
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class ChangeMark:
    """Where an alarm told of a lasting change."""

    x: float
    is_better: bool
    label: str


@dataclass(frozen=True, slots=True)
class Level:
    """A line across at a number that the chart is read against.

    It is named at its right end; where it `is_long`, at its left, so that names of several stand apart.
    """

    y: float
    left: float
    right: float
    label: str
    kind: str
    is_named: bool
    is_long: bool


@dataclass(frozen=True, slots=True)
class BreakLine:
    """Where it was asked in other ways, by their numbers in the list below the chart: “1”, or “1, 2”."""

    x: float
    numbers: str
    label: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A line of numbers with its interval band. Buckets with fewer than five answers leave a gap."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    ticks: list[Tick]
    zero: float | None
    labels: list[AxisLabel]
    bands: list[str]
    lines: list[str]
    dots: list[Dot]
    marks: list[ChangeMark]
    levels: list[Level]
    breaks: list[BreakLine]


@dataclass(frozen=True, slots=True)
class Canvas:
    """The size of a chart: in units of its viewBox, which are about pixels."""

    width: int
    height: int
    most_labels: int
    left: int = 44
    right: int = 12
    top: int = 12
    bottom: int = 30


# Of a second line of names.
YEAR_LINE = 16

WIDE = Canvas(width=1180, height=300, most_labels=14, right=26)
NARROW = Canvas(width=380, height=260, most_labels=5, left=36, right=28)


def trend(
    metric: str,
    points: Sequence[Point],
    names: Sequence[PointName],
    frame: Canvas,
    changes: Sequence[tuple[int, bool, str]] = (),
    lines: Sequence[tuple[ReferenceLine, tuple[int, int]]] = (),
    breaks: Sequence[tuple[int, str]] = (),
) -> Trend:
    """Lay out the points, one slot each from left to right.

    `changes`: the places of alarms among the points, whether each tells of something better, and its sentence.
    `lines`: what the chart is read against, each with the first and the last point that it is drawn at.
    `breaks`: the places of points before which it was asked in another way, and how, as they are listed.
    """
    floor_of_frame = frame.height - frame.bottom
    low, high, step = _scale(metric, points, [line.value for line, _places in lines])
    slot = (frame.width - frame.left - frame.right) / max(1, len(points))

    def x(index: int) -> float:
        return round(frame.left + slot * (index + 0.5), 1)

    def y(value: float) -> float:
        return round(floor_of_frame - (value - low) / (high - low) * (floor_of_frame - frame.top), 1)

    runs = _runs(points)
    return Trend(
        width=frame.width,
        height=frame.height + (YEAR_LINE if any(name.year for name in names) else 0),
        left=frame.left,
        right=frame.width - frame.right,
        bottom=floor_of_frame,
        ticks=[Tick(value, y(value)) for value in range(low, high + 1, step)],
        zero=y(0) if low < 0 < high else None,
        labels=[AxisLabel(name, x(i), year) for i, name, year in _below(names, frame.most_labels)],
        bands=[_band([(x(i), y(low), y(high)) for i, low, high in _ends(run, points)], slot) for run in runs],
        lines=[" ".join(f"{x(i)},{y(points[i].figures.value or 0)}" for i in run) for run in runs],
        dots=[
            Dot(x(i), y(points[i].figures.value or 0), names[i].whole, points[i].figures) for run in runs for i in run
        ],
        marks=[ChangeMark(x(place), is_better, label) for place, is_better, label in changes],
        levels=[
            Level(
                y=y(line.value),
                left=round(x(first) - slot / 2, 1),
                right=round(x(last) + slot / 2, 1),
                label=line.label,
                kind=line.kind,
                is_named=line.is_named,
                is_long=2 * (last - first + 1) > len(points),
            )
            for line, (first, last) in lines
        ],
        breaks=[
            BreakLine(round(x(place) - slot / 2, 1), numbers, label) for place, numbers, label in _by_place(breaks)
        ],
    )


def _by_place(breaks: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """Yield each place with the numbers and the labels of all breaks there, lest one is printed over another."""
    for place in dict.fromkeys(place for place, _label in breaks):
        here = [(number, label) for number, (at, label) in enumerate(breaks, start=1) if at == place]
        yield place, ", ".join(str(number) for number, _label in here), " ".join(label for _number, label in here)


def _scale(metric: str, points: Sequence[Point], values: Sequence[float] = ()) -> tuple[int, int, int]:
    """Return the ends and the step of an axis that holds every band and value.

    It is never so narrow that noise looks big.
    """
    ends = [end for point in points if point.figures.is_shown for end in _interval(point)]
    ends += values
    lowest, highest = (min(ends), max(ends)) if ends else (0.0, 100.0)
    spare = max(0.0, SMALLEST_SPAN - (highest - lowest)) / 2
    ends_of_metric = ARITHMETIC[metric].LOWEST, ARITHMETIC[metric].HIGHEST
    lowest, highest = max(ends_of_metric[0], lowest - spare), min(ends_of_metric[1], highest + spare)
    for step in STEPS:
        low, high = step * floor(lowest / step), step * ceil(highest / step)
        if (high - low) / step <= MOST_TICKS:
            break
    return low, high, step


def _below(names: Sequence[PointName], most: int) -> Iterator[tuple[int, str, str]]:
    """Yield which points are named below the axis, how, and their year where it changes; the newest always is."""
    every = ceil(len(names) / most) or 1
    year = ""
    for place in range((len(names) - 1) % every, len(names), every):
        name = names[place]
        yield place, name.short, "" if name.year == year else name.year
        year = name.year


def _interval(point: Point) -> tuple[float, float]:
    interval = point.figures.interval
    return (interval.low, interval.high) if interval else (0.0, 0.0)


def _runs(points: Sequence[Point]) -> list[list[int]]:
    """Return the indexes of neighbouring points that have a number to show."""
    grouped = groupby(range(len(points)), key=lambda index: points[index].figures.is_shown)
    return [list(run) for is_shown, run in grouped if is_shown]


def _ends(run: list[int], points: Sequence[Point]) -> list[tuple[int, float, float]]:
    return [(index, *_interval(points[index])) for index in run]


def _band(ends: list[tuple[float, float, float]], slot: float) -> str:
    """Return the outline of a band; a point alone gets a short one of its own."""
    if len(ends) == 1:
        x, low, high = ends[0]
        reach = min(8.0, slot / 3)
        ends = [(round(x - reach, 1), low, high), (round(x + reach, 1), low, high)]
    upper = [f"{x},{high}" for x, _, high in ends]
    lower = [f"{x},{low}" for x, low, _ in reversed(ends)]
    return " ".join(upper + lower)
