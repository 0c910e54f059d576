"""How often topics were named over time: a line for each, and a table of counts behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from analytics.counts import FEW
from analytics.periods import Period, following
from analytics.rollups.cells import Selection
from analytics.topics.tallies import Tallies

WIDTH, HEIGHT, MARGIN = 240, 36, 4


@dataclass(frozen=True, slots=True)
class TopicPoint:
    """How many of the answers of some days name any topic, and how many each."""

    days: Period
    start: date
    said: int
    by_topic: Counter[int]

    def share(self, topic: int) -> float | None:
        """Return how many per cent of them name a topic; None where they are too few."""
        return 100 * self.by_topic[topic] / self.said if self.said >= FEW else None


@dataclass(frozen=True, slots=True)
class Spark:
    """The lines of one topic, with gaps where answers were too few; a point alone is a dot."""

    lines: list[str]
    dots: list[tuple[float, float]]


def points(found: Tallies, selection: Selection) -> list[TopicPoint]:
    """Return the points of the period; each is a period of its own."""
    said: Counter[date] = Counter()
    by_topic: dict[date, Counter[int]] = {}
    for row in found.rows:
        if row.topics:
            said[row.start] += row.of_point
            by_topic.setdefault(row.start, Counter()).update(dict.fromkeys(row.topics, row.of_point))
    return [
        TopicPoint(_days(selection, start), start, said[start], by_topic.get(start, Counter()))
        for start in selection.period.buckets(selection.granularity)
    ]


def sparks(points: Sequence[TopicPoint], topics: Sequence[int]) -> dict[int, Spark]:
    """Lay out the lines of some topics on one scale from 0 on."""
    shares = {topic: [point.share(topic) for point in points] for topic in topics}
    most = max((share for of_topic in shares.values() for share in of_topic if share), default=0.0) or 1.0
    return {topic: _spark(of_topic, most) for topic, of_topic in shares.items()}


def _spark(shares: Sequence[float | None], most: float) -> Spark:
    slot = (WIDTH - 2 * MARGIN) / max(1, len(shares) - 1)
    placed = [
        None
        if share is None
        else (round(MARGIN + slot * place, 1), round(HEIGHT - MARGIN - share / most * (HEIGHT - 2 * MARGIN), 1))
        for place, share in enumerate(shares)
    ]
    runs = [[each for each in run if each] for is_there, run in groupby(placed, key=bool) if is_there]
    return Spark(
        lines=[" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1],
        dots=[run[0] for run in runs if len(run) == 1],
    )


def _days(selection: Selection, start: date) -> Period:
    end = following(start, selection.granularity)
    return Period(max(start, selection.period.start), min(end, selection.period.end))
