"""Whether something moved once an improvement was done: shares and numbers before and after, as far as it is sure.

Pure. Before are the 90 days up to the day of done, after at most as many from that day on. The share of answers that
name a topic or are traced to a root cause is told by Newcombe's interval and the pooled test of two proportions, the
number by that of its metric, all widened by how answers of one account hang together (`analytics.spread`). All are
judged together (Benjamini & Hochberg 1995). While the days after still run their intervals are taken wider, as those of
goals are, since whoever looks every day sees more by chance. No direction is named unless all of that leaves out 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics import spread, top_share, verdicts
from analytics.arithmetic import Arithmetic
from analytics.counts import ENOUGH, FEW
from analytics.estimates import Difference, Interval
from analytics.formulas import sample_sizes
from analytics.goals.progress import WIDER
from analytics.periods import Period
from analytics.spread import Answers
from analytics.verdicts import Change

WINDOW = timedelta(days=90)
NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class Windows:
    """The days that are compared; `is_running`: those after are not over."""

    before: Period
    after: Period
    is_running: bool

    @classmethod
    def around(cls, done_on: date, today: date) -> Windows:
        """Return the windows of what was done on a day; those after hold no day that is not over."""
        end = min(done_on + WINDOW, today)
        return cls(Period(done_on - WINDOW, done_on), Period(done_on, end), end < done_on + WINDOW)


@dataclass(frozen=True, slots=True)
class Movement:
    """What a share or a number was before and after, in per cent or points, and what may be said of the difference.

    `needed`: about so many answers after tell it. `interval` is that of the difference, as wide as it was judged by;
    both are None where one side has fewer than five answers.
    """

    arithmetic: Arithmetic
    before: Answers
    after: Answers
    difference: Difference | None
    interval: Interval | None
    change: Change
    needed: int

    @property
    def is_shown(self) -> bool:
        return min(self.before.n, self.after.n) >= FEW

    @property
    def is_too_few(self) -> bool:
        return self.change is Change.TOO_FEW


@dataclass(frozen=True, slots=True)
class MeasuredSide:
    """The answers of one side, each of them in one of these.

    `naming` counts those that name the topics as good, the others as bad; `traced` likewise those with the root causes,
    of the answers whose follow-ups name any: what nobody has looked into yet tells nothing of its cause.
    """

    naming: Answers = NO_ANSWERS
    traced: Answers = NO_ANSWERS
    scored: Answers = NO_ANSWERS


@dataclass(frozen=True, slots=True)
class BeforeAndAfter:
    """Two sides that are compared by an arithmetic; `needed`: about so many answers after tell a difference."""

    arithmetic: Arithmetic
    before: Answers
    after: Answers
    needed: int = ENOUGH

    @classmethod
    def of_shares(cls, before: Answers, after: Answers) -> BeforeAndAfter:
        return cls(top_share, before, after, answers_needed(before))


def measure(pairs: Sequence[BeforeAndAfter], *, is_running: bool) -> list[Movement]:
    """Return how each of these moved, in the same order."""
    told = [spread.difference(pair.arithmetic, pair.after, pair.before) for pair in pairs]
    tests = [
        difference if min(pair.after.n, pair.before.n) >= ENOUGH else None
        for difference, pair in zip(told, pairs, strict=True)
    ]
    (changes,), _comparisons = verdicts.family([tests])
    return [
        _movement(pair, difference, change, is_running=is_running)
        for pair, difference, change in zip(pairs, told, changes, strict=True)
    ]


def answers_needed(before: Answers) -> int:
    """Return how many answers tell with the usual chance that a share has halved; at least ENOUGH."""
    share = before.counts.good / before.n if before.n else 0.0
    halved = share / 2
    needed = sample_sizes.answers_for_difference(halved * (1 - halved), share * (1 - share), 100 * halved)
    return max(ENOUGH, needed or ENOUGH)


def _movement(pair: BeforeAndAfter, difference: Difference | None, change: Change, *, is_running: bool) -> Movement:
    sides = (pair.arithmetic, pair.before, pair.after)
    if difference is None or min(pair.before.n, pair.after.n) < FEW:
        return Movement(*sides, None, None, Change.TOO_FEW, pair.needed)
    interval = widened(difference) if is_running else difference.interval
    is_said = change in (Change.UP, Change.DOWN) and not interval.holds_zero
    said = change if is_said or change is Change.TOO_FEW else Change.UNCLEAR
    return Movement(*sides, difference, interval, said, pair.needed)


def widened(difference: Difference) -> Interval:
    """Return the interval of a difference that still grows, WIDER times as far from it to either side."""
    points, interval = difference.points, difference.interval
    return Interval(points - WIDER * (points - interval.low), points + WIDER * (interval.high - points))
