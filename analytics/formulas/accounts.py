"""The number of companies rather than of people: each counted once, by what it spends, or by who decides. Pure.

Counting all answers lets the company with the most contacts speak loudest, and averaging a company's scores first hides
the detractor inside it. So several stand side by side: the mean of the companies' own numbers, the number weighted by
revenue with the share of revenue that was heard at all, and those of the people who decide. With R the revenue of a
company and m the mean worth of its answers (+1, 0, −1 of an NPS; 1 or 0 of a CSAT or CES),

    number = Σ R·m / ΣR        variance = J/(J − 1) · Σ (R/ΣR)² (m − number)²

over the J companies that answered, as of a ratio of clusters (see `analytics.clusters`). Kish's effective number of
companies says how many opinions that is: one large customer is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from analytics import student
from analytics.arithmetic import ARITHMETIC
from analytics.clusters import CHANCE
from analytics.estimates import Difference, Interval
from analytics.formulas.sample_weights import effective_answers
from surveys.metrics import SCALES, Metric, Tier

NPS = Metric.NPS.value
# So far the rounding of sums may carry an error, in points, where all companies say the same and there is none.
_NONE = 1e-9


@dataclass(frozen=True, slots=True)
class CompanyAnswers:
    """What one company said: `revenue` of the period, the `scores` of its contacts, that of who decides, if any."""

    revenue: float
    scores: Sequence[int] = ()
    decider: int | None = None

    @property
    def weight(self) -> float:
        """Its revenue; 0 where more was credited than bought, for nobody counts against what it says."""
        return max(0.0, self.revenue)

    def worth(self, metric: str) -> float | None:
        """Return the mean worth of its scores, −1 … 1; None without any."""
        return fsum(_worth(metric, score) for score in self.scores) / len(self.scores) if self.scores else None

    def worth_of_decider(self, metric: str) -> float | None:
        return None if self.decider is None else _worth(metric, self.decider)

    def worth_of_mean(self, metric: str, step: float) -> float | None:
        """Return the worth of its mean score, where a tier begins `step` above the last score of the one below."""
        if not self.scores:
            return None
        scale, mean = SCALES[metric], fsum(self.scores) / len(self.scores)
        good, bad = mean >= scale.highest_middle + step, mean < scale.highest_bad + step
        return float(ARITHMETIC[metric].WORTH[Tier.GOOD if good else Tier.BAD if bad else Tier.MIDDLE])


@dataclass(frozen=True, slots=True)
class ByRevenue:
    """A number weighted by revenue, in points or per cent, of `effective` companies.

    `error` is None of one company. `interval` (Student's t, cut at the ends of the scale) is None there too, and where
    all companies say the same: that so few agree does not make it certain.
    """

    points: float
    effective: float
    companies: int
    error: float | None
    metric: str = NPS

    @property
    def interval(self) -> Interval | None:
        if not self.error:
            return None
        reach, arithmetic = student.quantile(CHANCE, self.companies - 1) * self.error, ARITHMETIC[self.metric]
        return Interval(max(arithmetic.LOWEST, self.points - reach), min(arithmetic.HIGHEST, self.points + reach))


@dataclass(frozen=True, slots=True)
class AccountNps:
    """The number of companies, each way; None where nobody says anything or, by revenue, nothing was bought.

    `by_mean` calls a company by its rounded mean score (8.5 is a promoter), `by_strict_mean` by the mean itself (from
    9 on). Coverages are shares of all companies and of all revenue, 0 … 1; `revenue_by_decider` shares of revenue by
    what who decides is, under None where that person said nothing.
    """

    all_answers: float | None
    by_mean: float | None
    by_strict_mean: float | None
    company_mean: float | None
    deciders: float | None
    by_revenue: ByRevenue | None
    deciders_by_revenue: ByRevenue | None
    company_coverage: float | None
    revenue_coverage: float | None
    revenue_by_decider: Mapping[Tier | None, float]


Worth = Callable[[CompanyAnswers], float | None]
# What a company brings, above 0, and the mean worth of its answers.
Brought = tuple[float, float]


def account_nps(companies: Sequence[CompanyAnswers], metric: str = NPS) -> AccountNps:
    """Return the numbers of companies, of which some may have said nothing; `metric`: what their scores are of."""
    revenue = fsum(company.weight for company in companies)
    heard = [company for company in companies if company.scores]
    return AccountNps(
        all_answers=_mean(_worth(metric, score) for company in companies for score in company.scores),
        by_mean=_mean(company.worth_of_mean(metric, 0.5) for company in companies),
        by_strict_mean=_mean(company.worth_of_mean(metric, 1) for company in companies),
        company_mean=_mean(company.worth(metric) for company in companies),
        deciders=_mean(company.worth_of_decider(metric) for company in companies),
        by_revenue=by_revenue(_brought(companies, lambda company: company.worth(metric)), metric),
        deciders_by_revenue=by_revenue(_brought(companies, lambda company: company.worth_of_decider(metric)), metric),
        company_coverage=len(heard) / len(companies) if companies else None,
        revenue_coverage=fsum(company.weight for company in heard) / revenue if revenue else None,
        revenue_by_decider=_revenue_by_decider(companies, metric, revenue) if revenue else {},
    )


def by_revenue(companies: Sequence[Brought], metric: str = NPS) -> ByRevenue | None:
    """Return the number of companies weighted by what each brings; None of nobody."""
    number, revenue = len(companies), fsum(weight for weight, _worth in companies)
    if not number:
        return None
    mean = fsum(weight * worth for weight, worth in companies) / revenue
    off = fsum((weight / revenue * (worth - mean)) ** 2 for weight, worth in companies)
    error = _error(number, off) if number > 1 else None
    return ByRevenue(100 * mean, effective_answers((weight, 1) for weight, _worth in companies), number, error, metric)


def revenue_gap(companies: Sequence[Brought]) -> Difference | None:
    """Return how far the number weighted by revenue lies above the one in which each of the same companies counts once.

    Above 0 where those that bring more say better. Both are ratios of the same companies' answers, so that each company
    moves the difference by d = R/ΣR · (m − number by revenue) − 1/J · (m − mean), and the variance is J/(J − 1) · Σ d²
    (linearisation; Student's t of J − 1 degrees of freedom). None of fewer than two companies.
    """
    number, revenue = len(companies), fsum(weight for weight, _worth in companies)
    if number < 2:
        return None
    by_revenue = fsum(weight * worth for weight, worth in companies) / revenue
    mean = fsum(worth for _weight, worth in companies) / number
    moves = (weight / revenue * (worth - by_revenue) - (worth - mean) / number for weight, worth in companies)
    error = _error(number, fsum(move * move for move in moves))
    points, freedom = 100 * (by_revenue - mean), number - 1
    reach = student.quantile(CHANCE, freedom) * error
    t = points / error if error else 0.0
    return Difference(points, t, student.two_sided_chance(t, freedom), Interval(points - reach, points + reach))


def _error(number: int, off: float) -> float:
    """Return the standard error of a number of companies, in points, from how far each of them moves it, squared."""
    error = 100 * sqrt(number / (number - 1) * off)
    return error if error > _NONE else 0.0


def _worth(metric: str, score: int) -> float:
    return float(ARITHMETIC[metric].WORTH[SCALES[metric].tier_of(score)])


def _mean(worths: Iterable[float | None]) -> float | None:
    known = [worth for worth in worths if worth is not None]
    return 100 * fsum(known) / len(known) if known else None


def _brought(companies: Iterable[CompanyAnswers], worth_of: Worth) -> list[Brought]:
    """Return the companies that bring anything and say something."""
    return [(one.weight, worth) for one in companies if one.weight and (worth := worth_of(one)) is not None]


def _revenue_by_decider(companies: Sequence[CompanyAnswers], metric: str, revenue: float) -> dict[Tier | None, float]:
    shares: dict[Tier | None, float] = dict.fromkeys([*Tier, None], 0.0)
    for company in companies:
        shares[None if company.decider is None else SCALES[metric].tier_of(company.decider)] += company.weight / revenue
    return shares
