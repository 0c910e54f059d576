"""Which arithmetic makes the number of a metric: NPS is a difference of shares, CSAT and CES are the share of the good.

Each arithmetic is a module that says the same: where its numbers end, the number, its interval, and a difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from analytics import nps, top_share
from analytics.counts import Counts
from analytics.estimates import Difference, Interval
from surveys.metrics import Metric, Tier


class Arithmetic(Protocol):
    LOWEST: int
    HIGHEST: int
    WORTH: Mapping[Tier, int]

    def value(self, counts: Counts, /) -> float | None: ...

    def variance(self, counts: Counts, /) -> float: ...

    def interval(self, counts: Counts, z: float = ..., /) -> Interval | None: ...

    def difference(self, ours: Counts, theirs: Counts, /) -> Difference | None: ...

    def __hash__(self) -> int: ...


ARITHMETIC: Mapping[str, Arithmetic] = {
    Metric.NPS.value: nps,
    Metric.CSAT.value: top_share,
    Metric.CSAT10.value: top_share,
    Metric.CES.value: top_share,
}
