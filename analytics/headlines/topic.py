"""The topic that costs most, for the first sentences."""

from __future__ import annotations

from analytics.dashboard.report import Report
from analytics.rollups.monthly_spreads import READ_AT_ONCE
from analytics.topics import priorities, tallies
from analytics.topics.priorities import Priority


def costliest(judged: Report) -> Priority | None:
    """Return the topic that surely costs most of what a report judges; None where none does, or answers are many.

    Topics are read from the answers themselves, so only of as many as a page reads one by one; of more the page of
    topics tells. They hang together as all answers of the report do.
    """
    if judged.now.n > READ_AT_ONCE:
        return None
    found, metric, together = tallies.read(judged.selection), judged.selection.metric, judged.now.spread
    effects = priorities.effects(found.said, metric, together)
    return next(iter(priorities.ranked(found, effects, metric, together).priorities), None)
