"""Numbers that a chart is read against: goals in their periods, and benchmarks with their sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from analytics.dashboard import words
from analytics.models import Benchmark
from analytics.periods import Granularity, Period, bucket

GOAL, BENCHMARK = "goal", "benchmark"


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A number of the metric of a chart; `period`: the days that it holds for, None for all.

    `is_named`: whether its label is written beside it; where it is not, a pointer finds it.
    """

    value: float
    label: str
    kind: str
    period: Period | None = None
    is_named: bool = True

    def places(self, starts: Sequence[date], granularity: Granularity) -> tuple[int, int] | None:
        """Return the first and the last point of a chart that it is drawn at; None where there is none."""
        if self.period is None:
            return (0, len(starts) - 1) if starts else None
        first = bucket(self.period.start, granularity)
        held = [place for place, start in enumerate(starts) if first <= start < self.period.end]
        return (held[0], held[-1]) if held else None


def benchmarks(metric: str) -> list[tuple[Benchmark, ReferenceLine]]:
    """Return the benchmarks of a metric that are shown, each with its line."""
    named = words.of(metric)
    rows = Benchmark.objects.filter(metric=metric, is_shown=True).order_by("value", "pk")
    return [
        (row, ReferenceLine(float(row.value), f"{_('benchmark')}: {named.value(float(row.value), 0)}", BENCHMARK))
        for row in rows
    ]
