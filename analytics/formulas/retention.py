"""Who stayed, and how revenue grew: retention, growth earned by recommendation, and both by kind of answer. Pure.

NRR and GRR are the share of the revenue of a period's start that is still there, with and without what those customers
bought more. Earned growth is NRR − 1 plus what new customers who came by recommendation brought, over the revenue of
the period **before** (Reichheld, Darnell & Burns, “Net Promoter 3.0”, HBR 11–12/2021).

For retention by kind of answer all must have had the same time since answering. It is an association, not the effect of
raising an NPS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analytics import top_share
from analytics.counts import Counts
from analytics.estimates import Difference, Interval
from surveys.metrics import Tier


@dataclass(frozen=True, slots=True)
class Revenue:
    """The revenue of a period's start and what became of it, all in one currency, losses as positive numbers.

    `earned` and `bought` are the revenue of new customers who came by recommendation, and of all other new ones.
    """

    start: float
    expansion: float = 0.0
    churn: float = 0.0
    contraction: float = 0.0
    earned: float = 0.0
    bought: float = 0.0

    def of_start(self, amount: float) -> float | None:
        """Return an amount as a share of the start; None where the start is not above 0, so that there is no share."""
        return amount / self.start if self.start > 0 else None

    @property
    def net_retention(self) -> float | None:
        """NRR, above 1 where customers bought more; below 0 where more was lost than there was (credits)."""
        return self.of_start(self.start + self.expansion - self.churn - self.contraction)

    @property
    def gross_retention(self) -> float | None:
        """GRR: NRR without expansion; nothing is cut, so that GRR and expansion always add up to NRR."""
        return self.of_start(self.start - self.churn - self.contraction)

    @property
    def earned_new(self) -> float | None:
        """ENC: what came by recommendation."""
        return self.of_start(self.earned)

    @property
    def bought_new(self) -> float | None:
        return self.of_start(self.bought)

    @property
    def earned_growth(self) -> float | None:
        """EGR: NRR + ENC − 1."""
        return self.of_start(self.expansion - self.churn - self.contraction + self.earned)

    @property
    def total_growth(self) -> float | None:
        return self.of_start(self.expansion - self.churn - self.contraction + self.earned + self.bought)

    @property
    def earned_ratio(self) -> float | None:
        """The earned part of all growth; None where there was none.

        Where revenue shrank it is a ratio of two losses, and below 0 or above 1 where one of both grew: to be read only
        where `total_growth` is above 0.
        """
        growth = self.expansion - self.churn - self.contraction + self.earned
        total = growth + self.bought
        return growth / total if self.start > 0 and total else None


@dataclass(frozen=True, slots=True)
class Retained:
    """How many of `total` customers of a kind of answer stayed."""

    kept: int
    total: int

    @property
    def rate(self) -> float | None:
        """Per cent that stayed; None of nobody."""
        return 100 * self.kept / self.total if self.total else None

    @property
    def interval(self) -> Interval | None:
        """The Wilson interval of the rate."""
        return top_share.of_share(self.kept, self.total)


def customer_retention(start: int, end: int, new: int) -> float | None:
    """Return CRR, the share of the `start` customers who are among the `end` ones: (end − new)/start.

    None where there were none, and where the three contradict each other (more new ones than there are, or more that
    stayed than there were).
    """
    return (end - new) / start if start > 0 and 0 <= end - new <= start else None


def retention_gap(by_tier: Mapping[Tier, Retained]) -> Difference | None:
    """Return how far the retention of promoters lies above that of detractors, in per cent points (Newcombe 1998).

    None when there are none of either.
    """
    good, bad = (by_tier.get(tier, Retained(0, 0)) for tier in (Tier.GOOD, Tier.BAD))
    return top_share.difference(_counts(good), _counts(bad))


def _counts(retained: Retained) -> Counts:
    return Counts(good=retained.kept, bad=retained.total - retained.kept)
