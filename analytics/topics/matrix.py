"""Where topics lie in the priority matrix: how often they are named across, how far they lie off the others upwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from statistics import median

from analytics import top_share
from analytics.counts import FEW
from analytics.dashboard.charts import MOST_TICKS, STEPS
from analytics.estimates import Interval
from analytics.formulas.topics import Impact, Quadrant, quadrants
from analytics.topics.priorities import is_enough
from responses.models import Topic

# A name is about so wide, and so high, in the units of the drawing.
LETTER, LINE = 7.2, 15
SHARE_STEPS = (5, 10, 20, 25)


@dataclass(frozen=True, slots=True)
class MatrixFrame:
    width: int
    height: int
    left: int = 48
    right: int = 16
    top: int = 12
    bottom: int = 44


WIDE = MatrixFrame(width=1180, height=400)
NARROW = MatrixFrame(width=380, height=360, left=40)


@dataclass(frozen=True, slots=True)
class MatrixTick:
    value: int
    at: float


@dataclass(frozen=True, slots=True)
class MatrixDot:
    """A topic with both its intervals; `anchor` and `label_x`, `label_y`: where its name stands."""

    name: str
    quadrant: str
    is_few: bool
    x: float
    y: float
    low_x: float
    high_x: float
    low_y: float
    high_y: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Matrix:
    frame: MatrixFrame
    right: int
    bottom: int
    across: list[MatrixTick]
    upwards: list[MatrixTick]
    zero: float
    usual: float
    dots: list[MatrixDot]


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value lies; what lies off the axis ends with it."""
        held = min(max(value, self.low), self.high)
        return round(self.start + (held - self.low) / (self.high - self.low) * (self.end - self.start), 1)

    def ticks(self, step: int) -> list[MatrixTick]:
        return [MatrixTick(value, self.at(value)) for value in range(round(self.low), round(self.high) + 1, step)]


def matrix(effects: Mapping[int, Impact], topics: Sequence[Topic], frame: MatrixFrame) -> Matrix | None:
    """Lay out the topics that five answers name or more; None where there is none of them.

    The axes hold the intervals of topics that are compared; those of few answers may end at the frame.
    """
    shown = {pk: impact for pk, impact in effects.items() if impact.mentions >= FEW and impact.gap is not None}
    if not shown:
        return None
    measured = [impact for impact in shown.values() if is_enough(impact)] or list(shown.values())
    x, across = _across([_share(impact).high for impact in measured], frame)
    y, upwards = _upwards([_gap(impact) for impact in measured], frame)
    sides = quadrants(effects)
    dots = [_dot(str(topic), shown[topic.pk], sides[topic.pk], x, y) for topic in topics if topic.pk in shown]
    return Matrix(
        frame=frame,
        right=frame.width - frame.right,
        bottom=frame.height - frame.bottom,
        across=across,
        upwards=upwards,
        zero=y.at(0),
        usual=x.at(100 * median(impact.share for impact in effects.values())),
        dots=_apart(dots, frame),
    )


def _across(ends: Sequence[float], frame: MatrixFrame) -> tuple[_Axis, list[MatrixTick]]:
    step = next((step for step in SHARE_STEPS if max(ends) / step <= MOST_TICKS), SHARE_STEPS[-1])
    axis = _Axis(0, step * ceil(max(ends) / step), frame.left, frame.width - frame.right)
    return axis, axis.ticks(step)


def _upwards(intervals: Sequence[Interval], frame: MatrixFrame) -> tuple[_Axis, list[MatrixTick]]:
    lowest = min(0.0, *(interval.low for interval in intervals))
    highest = max(0.0, *(interval.high for interval in intervals))
    for step in STEPS:
        low, high = step * floor(lowest / step), step * ceil(highest / step)
        if (high - low) / step <= MOST_TICKS:
            break
    axis = _Axis(low, high, frame.height - frame.bottom, frame.top)
    return axis, axis.ticks(step)


def _dot(name: str, impact: Impact, quadrant: Quadrant, x: _Axis, y: _Axis) -> MatrixDot:
    share, gap = _share(impact), _gap(impact)
    points = impact.gap.points if impact.gap else 0.0
    at_x, at_y = x.at(100 * impact.share), y.at(points)
    is_left = at_x < (x.start + x.end) / 2
    return MatrixDot(
        name=name,
        quadrant=quadrant.value,
        is_few=not is_enough(impact),
        x=at_x,
        y=at_y,
        low_x=x.at(share.low),
        high_x=x.at(share.high),
        low_y=y.at(gap.low),
        high_y=y.at(gap.high),
        label_x=at_x + 9 if is_left else at_x - 9,
        label_y=at_y - 7,
        anchor="start" if is_left else "end",
    )


def _share(impact: Impact) -> Interval:
    """Return the interval of the share of those that name a topic, in per cent."""
    of = round(impact.mentions / impact.share)
    return top_share.of_share(impact.mentions, of) or Interval(0, 100)


def _gap(impact: Impact) -> Interval:
    return impact.gap.interval if impact.gap else Interval(0, 0)


def _apart(dots: Sequence[MatrixDot], frame: MatrixFrame) -> list[MatrixDot]:
    """Move names down, from the top one on, until none lies on another."""
    placed: list[MatrixDot] = []
    for dot in sorted(dots, key=lambda each: each.label_y):
        label_y = max(dot.label_y, frame.top + LINE)
        for other in placed:
            if _overlap(dot, other) and abs(label_y - other.label_y) < LINE:
                label_y = other.label_y + LINE
        placed.append(replace(dot, label_y=round(label_y, 1)))
    return placed


def _overlap(one: MatrixDot, other: MatrixDot) -> bool:
    (our_start, our_end), (their_start, their_end) = _extent(one), _extent(other)
    return our_start < their_end and their_start < our_end


def _extent(dot: MatrixDot) -> tuple[float, float]:
    width = LETTER * len(dot.name)
    return (dot.label_x, dot.label_x + width) if dot.anchor == "start" else (dot.label_x - width, dot.label_x)
