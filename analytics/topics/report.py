"""What the page of topics says, of the answers of a selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.counts import Counts
from analytics.formulas.portions import Portion, portions
from analytics.formulas.topics import Impact, Quadrant, TopicSums, quadrants, without_topic
from analytics.rollups.cells import Selection
from analytics.topics import priorities, tallies, trend
from analytics.topics.priorities import FixFirst
from analytics.topics.trend import TopicPoint
from responses.models import Topic
from surveys.metrics import Tier


@dataclass(frozen=True, slots=True)
class TopicRow:
    """What is known of one topic. `lost`, `gained`: its portions of the bad and good answers, of all answers."""

    topic: Topic
    counts: Counts
    impact: Impact
    lost: Portion
    gained: Portion
    quadrant: Quadrant

    @property
    def is_enough(self) -> bool:
        return priorities.is_enough(self.impact)


@dataclass(frozen=True)
class TopicReport:
    """`total` and `untagged`: all answers of the period, and those without a topic; `effects`: of each topic that any
    answer names."""

    selection: Selection
    total: Counts
    untagged: Counts
    without: tuple[float, float]
    comments: int
    comments_without: int
    rows: Sequence[TopicRow]
    effects: Mapping[int, Impact]
    topics: Sequence[Topic]
    fix_first: FixFirst
    points: Sequence[TopicPoint]


def report(selection: Selection) -> TopicReport:
    """Return what the page says of a selection, but for words and quotes; rows by what they lose, most first."""
    found = tallies.read(selection)
    together = priorities.together_of(selection, found.alike.total())
    effects = priorities.effects(found.said, selection.metric, together)
    alike, sums = found.alike, TopicSums.of_alike(found.alike)
    lost, gained = portions(alike, Tier.BAD, together), portions(alike, Tier.GOOD, together)
    sides = quadrants(effects)
    rows = [
        TopicRow(topic, sums.mentions[pk].counts, effects[pk], lost[pk], gained[pk], sides[pk])
        for topic in found.topics
        if (pk := topic.pk) in effects
    ]
    return TopicReport(
        selection=selection,
        total=sums.total,
        untagged=sums.untagged,
        without=without_topic(sums),
        comments=found.comments(),
        comments_without=found.comments(without_topic=True),
        rows=sorted(rows, key=lambda row: -row.lost.value),
        effects=effects,
        topics=found.topics,
        fix_first=priorities.ranked(found, effects, selection.metric, together),
        points=trend.points(found, selection),
    )
