"""How far a number may lie off where answers come in clusters: several of one account are no strangers to each other.

Pure. An answer is worth y: +1, 0 or −1 of an NPS, 1 or 0 of a share. With S the sum and N the number of the answers of
a cluster, J clusters, n answers and the mean ȳ, the variance of the mean is J/(J−1) · Σ(S − N·ȳ)²/n², and Student's t
with J−1 degrees of freedom says how far out 95 of 100 lie (Liang & Zeger, Biometrika 73, 1986; “CR1”).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import inf, sqrt

from analytics import student
from analytics.estimates import Interval

CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """What is summed: J, n, ΣS, ΣS², ΣS·N and ΣN² over clusters, and Σy² over answers. All integers.

    Sums of disjoint sets of clusters may be added; those of two periods may not, for they share clusters.
    """

    clusters: int = 0
    answers: int = 0
    total: int = 0
    squares: int = 0
    products: int = 0
    sizes: int = 0
    worths: int = 0

    @classmethod
    def of(cls, answers: Iterable[tuple[Hashable, int]]) -> ClusterSums:
        """Return the sums of answers, each given as its cluster and what it is worth."""
        totals: Counter[Hashable] = Counter()
        sizes: Counter[Hashable] = Counter()
        worths = 0
        for cluster, worth in answers:
            totals[cluster] += worth
            sizes[cluster] += 1
            worths += worth * worth
        return cls(
            clusters=len(sizes),
            answers=sizes.total(),
            total=sum(totals.values()),
            squares=sum(total * total for total in totals.values()),
            products=sum(totals[cluster] * size for cluster, size in sizes.items()),
            sizes=sum(size * size for size in sizes.values()),
            worths=worths,
        )

    def __add__(self, other: ClusterSums) -> ClusterSums:
        return ClusterSums(
            self.clusters + other.clusters,
            self.answers + other.answers,
            self.total + other.total,
            self.squares + other.squares,
            self.products + other.products,
            self.sizes + other.sizes,
            self.worths + other.worths,
        )

    @property
    def are_single(self) -> bool:
        """Whether no cluster holds two answers."""
        return self.clusters == self.answers

    @property
    def mean(self) -> float | None:
        """The mean worth of an answer; None without answers."""
        return self.total / self.answers if self.answers else None

    @property
    def variance(self) -> float | None:
        """The variance of the mean; None with fewer than two clusters, of which nothing is known about others."""
        if self.clusters < 2:
            return None
        # Over a common denominator all is integers: no large numbers are subtracted from each other inexactly.
        n, total = self.answers, self.total
        off = n * n * self.squares - 2 * n * total * self.products + total * total * self.sizes
        return self.clusters / (self.clusters - 1) * off / n**4

    @property
    def variance_of_strangers(self) -> float | None:
        """The variance of the mean if every answer were a cluster of its own; None without answers."""
        n = self.answers
        return (n * self.worths - self.total * self.total) / n**3 if n else None

    def interval(self, lowest: float = -100, highest: float = 100) -> Interval | None:
        """Return the interval of the mean, in points and not cut at the ends of the scale.

        None without answers. Answers of one cluster say nothing about others: the whole scale, `lowest` to `highest`.
        Where all answers are worth the same the interval has no width; `analytics.spread` never prints it so narrow.
        """
        if not self.answers:
            return None
        if self.variance is None:
            return Interval(lowest, highest)
        centre = 100 * self.total / self.answers
        reach = 100 * student.quantile(CHANCE, self.clusters - 1) * sqrt(self.variance)
        return Interval(centre - reach, centre + reach)


@dataclass(frozen=True, slots=True)
class Spread:
    """How answers hang together: their variance is `design_effect` times that of strangers, known to `freedom` degrees.

    `freedom` 0 means that all are of one cluster, so that nothing is known; `inf` that all are strangers.
    """

    design_effect: float = 1.0
    freedom: float = inf

    @classmethod
    def of(cls, sums: ClusterSums) -> Spread:
        """Return how the answers of `sums` hang together; answers that are all alike do as strangers do."""
        if sums.are_single:
            return STRANGERS
        if sums.variance is None:
            return cls(1.0, 0)
        alone = sums.variance_of_strangers
        return cls(sums.variance / alone if alone else 1.0, sums.clusters - 1)

    def of_part(self, answers: int, of: int) -> Spread:
        """Return how some of these answers hang together, `answers` of `of`: as all do, of as many fewer accounts.

        Over a shorter time an account answers less often, so the interval errs on the side of a wider one.
        """
        if self.is_of_strangers or self.is_unknown or not of:
            return self
        accounts = (self.freedom + 1) * min(1.0, answers / of)
        return Spread(self.design_effect, max(1.0, accounts - 1))

    @property
    def is_of_strangers(self) -> bool:
        return self == STRANGERS

    @property
    def is_unknown(self) -> bool:
        return self.freedom == 0


STRANGERS = Spread()
