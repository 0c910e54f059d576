"""Where the lines, bands and bars of the charts lie: numbers in, SVG coordinates out. Templates draw them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor

from analytics.arithmetic import ARITHMETIC
from analytics.dashboard.reference_lines import ReferenceLine
from analytics.dashboard.report import Figures, Point
from analytics.estimates import Interval
from surveys.metrics import SCALES, Tier

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
    """Where it was asked in another way, by its number in the list below the chart."""

    x: float
    number: int
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
            BreakLine(round(x(place) - slot / 2, 1), number, label)
            for number, (place, label) in enumerate(breaks, start=1)
        ],
    )


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
