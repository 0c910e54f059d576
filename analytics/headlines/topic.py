"""The topic that costs most, for the first sentences."""

from __future__ import annotations

from analytics.dashboard.report import Report
from analytics.rollups import monthly_spreads
from analytics.rollups.monthly_spreads import READ_AT_ONCE
from analytics.topics import priorities, tallies
from analytics.topics.priorities import Priority

# The rows of a period are found by their moment, whoever they are of: with so many of them that takes a page too long.
LOOKED_THROUGH = 50_000


def costliest(judged: Report) -> Priority | None:
    """Return the topic that surely costs most of what a report judges; None where none does, or answers are many.

    Topics are read from the answers themselves, so only of as many as a page reads one by one, among as many as it may
    look through to find them; of more the page of topics tells. They hang together as all answers of the report do.
    """
    period, metric = judged.selection.period, judged.selection.metric
    if judged.now.n > READ_AT_ONCE or monthly_spreads.answers_around(metric, period) > LOOKED_THROUGH:
        return None
    found, together = tallies.read(judged.selection), judged.now.spread
    effects = priorities.effects(found.said, metric, together)
    return next(iter(priorities.ranked(found, effects, metric, together).priorities), None)
