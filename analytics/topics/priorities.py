"""What to fix first, for every page, report and letter that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analytics import spread
from analytics.arithmetic import ARITHMETIC
from analytics.clusters import Spread
from analytics.counts import Counts, Sample
from analytics.estimates import Interval
from analytics.formulas.priorities import PlaceRange, places, surely_below
from analytics.formulas.topics import Impact, Quadrant, TopicSums, impacts, quadrants
from analytics.models import Dimension
from analytics.rollups import spreads
from analytics.rollups.cells import Selection
from analytics.spread import Answers
from analytics.topics import tallies
from analytics.topics.tallies import Tallies
from responses.models import Topic
from surveys.metrics import Tier

Alike = Counter[tuple[Tier, frozenset[int]]]


@dataclass(frozen=True, slots=True)
class Priority:
    """A topic that surely costs: `cost` is by how many points the number is lower for it, with its interval.

    `place`: where in the list it may stand; where that is not certain, it cannot be told apart from its neighbours.
    `is_frequent`: named as often as half of the topics or more.
    """

    topic: Topic
    impact: Impact
    cost: float
    interval: Interval
    place: PlaceRange
    is_frequent: bool


@dataclass(frozen=True, slots=True)
class FixFirst:
    """Topics that surely cost, the costliest first, of `said` answers that name any topic."""

    said: int
    priorities: Sequence[Priority]

    @property
    def first(self) -> Priority | None:
        """The one that surely stands first; None where that cannot be told."""
        return next((each for each in self.priorities if each.place.last == 1), None)


def fix_first(selection: Selection) -> FixFirst:
    """Return what to fix first within a selection; two statements. This is what other pages and reports call.

    Only topics of 30 answers or more are compared. The list is empty where none surely costs anything.
    """
    return of_tallies(tallies.read(selection), selection)


def of_tallies(found: Tallies, selection: Selection) -> FixFirst:
    """Return the same of tallies that were read already."""
    together = together_of(selection, found.alike.total())
    return ranked(found, effects(found.said, selection.metric, together), selection.metric, together)


def together_of(selection: Selection, answers: int) -> Spread:
    """Return how the answers of a selection hang together, by account; topics are taken to do as all of them do."""
    return spreads.read(selection).of(Dimension.ALL, 0, is_current=True, answers=answers)


def effects(said: Alike, metric: str, together: Spread) -> dict[int, Impact]:
    """Return what each topic does among the answers that name any."""
    sums = TopicSums.of_alike(said)
    return {topic: _measured(impact, sums, topic, metric, together) for topic, impact in impacts(sums).items()}


def ranked(found: Tallies, effects: Mapping[int, Impact], metric: str, together: Spread) -> FixFirst:
    enough = {topic: impact for topic, impact in effects.items() if is_enough(impact)}
    below = surely_below({topic: impact.gap for topic, impact in enough.items()})
    in_places = places(found.said, ARITHMETIC[metric].WORTH, sorted(below), together)
    sides, topics = quadrants(effects), {topic.pk: topic for topic in found.topics}
    return FixFirst(
        found.said.total(),
        [
            Priority(
                topic=topics[topic],
                impact=effects[topic],
                cost=effects[topic].left_out or 0.0,
                interval=effects[topic].left_out_interval or Interval(0, 0),
                place=place,
                is_frequent=sides[topic] is Quadrant.FIX_FIRST,
            )
            for topic, place in in_places.items()
        ],
    )


def is_enough(impact: Impact) -> bool:
    """Whether enough answers name a topic to compare it."""
    return Counts(middle=impact.mentions).sample is Sample.ENOUGH


def _measured(impact: Impact, sums: TopicSums[int], topic: int, metric: str, together: Spread) -> Impact:
    """Return an impact in the number of a metric, its gap as sure as answers that hang together allow."""
    arithmetic, ours = ARITHMETIC[metric], sums.mentions[topic].counts
    theirs = sums.total - ours
    return replace(
        impact,
        with_topic=arithmetic.value(ours) or 0.0,
        without_topic=arithmetic.value(theirs),
        gap=spread.difference(arithmetic, Answers(ours, together), Answers(theirs, together)),
    )
