"""What a number of answers lets one see: how sure the number is, and from how far on a change is told apart. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from analytics.arithmetic import Arithmetic
from analytics.counts import ENOUGH, Counts
from analytics.formulas import population, sample_sizes
from analytics.nps import ADDED_ANSWERS

DAYS_OF_A_MONTH = 365.25 / 12
# Where nothing is known yet, half are taken for good and a fifth for bad: of an NPS a spread as most companies have.
ASSUMED_GOOD, ASSUMED_BAD = 0.5, 0.2
# Where nothing is known yet, so many in a hundred answer.
ASSUMED_RATE = 20.0
# A hundred years.
NEVER = 1200


@dataclass(frozen=True, slots=True)
class Shares:
    """Which shares of the answers are good and bad, 0 … 1. Of a metric that is a share itself nothing is bad.

    `variance`: that of one answer. Of measured ones it is as if three answers were added whose own adds up to 1, as in
    alarms: where so far all said the same, the next may not, and a change of no points at all is seen by nobody.
    """

    good: float = ASSUMED_GOOD
    bad: float = ASSUMED_BAD
    variance: float = sample_sizes.variance(ASSUMED_GOOD, ASSUMED_BAD)
    is_measured: bool = False

    @classmethod
    def of(cls, counts: Counts, arithmetic: Arithmetic) -> Shares:
        """Return the shares of some answers; the assumed ones where they are too few to tell a spread."""
        counts_bad = arithmetic.LOWEST < 0
        if counts.n < ENOUGH:
            bad = ASSUMED_BAD if counts_bad else 0.0
            return cls(ASSUMED_GOOD, bad, sample_sizes.variance(ASSUMED_GOOD, bad))
        good, bad = counts.good / counts.n, counts.bad / counts.n if counts_bad else 0.0
        variance = (counts.n * sample_sizes.variance(good, bad) + 1) / (counts.n + ADDED_ANSWERS)
        return cls(good, bad, variance, is_measured=True)

    def counts(self, n: int) -> Counts:
        """Return how many of `n` answers are good and bad, as near as whole answers come."""
        good = min(n, round(n * self.good))
        bad = min(n - good, round(n * self.bad))
        return Counts(good, n - good - bad, bad)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What so many answers in a period let one see, in points.

    `margin`: the number is known to ± this. `change`: two such periods are told apart from here on, in 80 of 100 cases.
    `of_these`: ± of the number of these very customers and nobody else, where it is known how many they are. Each is
    None of no answers.
    """

    answers: int
    margin: float | None
    change: float | None
    of_these: float | None

    @property
    def is_enough(self) -> bool:
        """Whether a dashboard compares such periods."""
        return self.answers >= ENOUGH


def outlook(answers: float, shares: Shares, arithmetic: Arithmetic, customers: int | None = None) -> Outlook:
    """Return what some answers let one see; a part of an answer is none.

    Nobody is taken to answer twice; of more answers than customers nothing is told of these very ones.
    """
    n = max(0, int(answers))
    change = sample_sizes.smallest_difference(n, shares.variance, shares.variance)
    span = arithmetic.HIGHEST - arithmetic.LOWEST
    between = population.interval(shares.counts(n), customers) if customers and n <= customers else None
    return Outlook(
        answers=n,
        margin=sample_sizes.margin(n, shares.good, shares.bad),
        change=None if change is None else min(float(span), change),
        of_these=(between.high - between.low) / 2 if between else None,
    )


def answers_until(points: float, shares: Shares) -> int:
    """Return how many answers each of two periods needs, so that `points` above 0 between them are told apart.

    At least the 30 of which a dashboard compares anything.
    """
    needed = sample_sizes.answers_for_difference(shares.variance, shares.variance, points)
    return max(ENOUGH, needed or 0)


def months_until(points: float, shares: Shares, answers_a_month: float) -> int | None:
    """Return how many months each of two periods needs for that; None where so few answers come that it is never."""
    if answers_a_month <= 0:
        return None
    months = answers_until(points, shares) / answers_a_month
    return max(1, ceil(months)) if months < NEVER else None


def answers_a_month_after_events(events: float, share: float, rate: float) -> float:
    """Return the answers of a month with so many events, of which a share is asked and a rate answers, in per cent."""
    return events * share / 100 * rate / 100


def answers_in_turn(customers: float, share: float, rate: float, cadence: int, months: int) -> float:
    """Return the answers of some months where a share of the customers is asked in turn, each every `cadence` months.

    Share and rate in per cent. Each customer counts once in a period: asking more often than that adds nothing to it.
    """
    return customers * share / 100 * rate / 100 * min(1.0, months / cadence)
