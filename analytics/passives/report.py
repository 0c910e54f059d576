"""What those in the middle would be worth, by what they name, and how many of them were won since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analytics import top_share
from analytics.counts import Counts
from analytics.estimates import Difference, Interval
from analytics.formulas.portions import Portion, portions
from analytics.formulas.recovery import ENOUGH_PER_ARM
from analytics.recovery import pairs
from analytics.recovery.pairs import ScorePair
from analytics.recovery.study import transitions
from analytics.rollups.cells import Selection
from analytics.topics import priorities, tallies
from responses.models import Topic
from surveys.metrics import Tier


@dataclass(frozen=True, slots=True)
class WonTopic:
    """A topic that `named` answers in the middle name; `won`: what the number gains if all these were good ones.

    An answer that names several topics is split evenly over them, so that the topics add up.
    """

    topic: Topic
    named: int
    won: Portion


@dataclass(frozen=True, slots=True)
class Conversion:
    """The next answers of customers who first were in the middle."""

    counts: Counts

    @property
    def share(self) -> float | None:
        """Per cent of them whose next answer was a good one; None of nobody."""
        return top_share.value(self.counts)

    @property
    def interval(self) -> Interval | None:
        return top_share.interval(self.counts)


@dataclass(frozen=True)
class PassiveReport:
    """`total`: all answers of the period; `untagged`: those in the middle that name no topic, and what they would win.

    `offered` and `others`: who had an offer before the next answer, and who had none.
    """

    selection: Selection
    total: Counts
    rows: Sequence[WonTopic]
    untagged: int
    untagged_won: float
    offered: Conversion
    others: Conversion

    @property
    def won(self) -> float:
        """What the number gains if everybody in the middle gave a good answer, in points or per cent."""
        return self.total.share(self.total.middle) or 0.0

    @property
    def all_of_them(self) -> Conversion:
        return Conversion(self.offered.counts + self.others.counts)

    @property
    def effect(self) -> Difference | None:
        """How much more often those with an offer were won; None with fewer than 30 on either side."""
        if min(self.offered.counts.n, self.others.counts.n) < ENOUGH_PER_ARM:
            return None
        return top_share.difference(self.offered.counts, self.others.counts)


def report(selection: Selection) -> PassiveReport:
    """Return what the page says of a selection; topics by what they would win, most first."""
    found = tallies.read(selection)
    total = sum((Counts(**{tier.value: number}) for (tier, _topics), number in found.alike.items()), Counts())
    won = portions(found.alike, Tier.MIDDLE, priorities.together_of(selection, total.n)) if total.n else {}
    named = {topic.pk: _named(found, topic.pk) for topic in found.topics}
    rows = [WonTopic(topic, named[topic.pk], won[topic.pk]) for topic in found.topics if named[topic.pk]]
    untagged = found.alike[Tier.MIDDLE, frozenset()]
    second = pairs.read(selection)
    return PassiveReport(
        selection=selection,
        total=total,
        rows=sorted(rows, key=lambda row: -row.won.value),
        untagged=untagged,
        untagged_won=total.share(untagged) or 0.0,
        offered=_conversion(selection.metric, (pair for pair in second if pair.is_compensated)),
        others=_conversion(selection.metric, (pair for pair in second if not pair.is_compensated)),
    )


def _named(found: tallies.Tallies, topic: int) -> int:
    return sum(number for (tier, topics), number in found.alike.items() if tier is Tier.MIDDLE and topic in topics)


def _conversion(metric: str, second: Iterable[ScorePair]) -> Conversion:
    return Conversion(transitions(metric, second).passives)
