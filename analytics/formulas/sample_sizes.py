"""How many answers are needed to see something, and what a number of answers lets one see. Pure.

The adjusted Wald of `analytics.nps`, turned round: three answers are added before anything is computed, so three fewer
are needed (Lewis & Sauro, measuringu.com/nps-ci-sample-size and nps-sig-test-sample-size, 2021; with two variances the
second is our own). `variance` is that of one answer worth +1, 0 or −1: 0 … 1, and mostly 0.5 … 0.7.
"""

from __future__ import annotations

from math import ceil, isfinite, sqrt
from statistics import NormalDist

from analytics.clusters import CHANCE
from analytics.estimates import Z95
from analytics.nps import ADDED, ADDED_ANSWERS

# The usual chance of seeing a difference that is there.
POWER = 0.8
WIDEST_MARGIN = 100.0
WIDEST_DIFFERENCE = 200.0
# After so many steps a difference of shares stands still to the last digit shown.
_STEPS = 30


def variance(promoters: float, detractors: float) -> float:
    """Return the variance of one answer, given the shares of promoters and detractors; never below 0."""
    return max(0.0, promoters + detractors - (promoters - detractors) ** 2)


def answers_for_margin(variance: float, margin: float, z: float = Z95) -> int | None:
    """Return how many answers give an interval of ± `margin` points; at least 1.

    None where no number is enough: `margin` is not above 0. Raises ValueError for a variance below 0.
    """
    return _answers(variance, z, margin)


def answers_for_difference(
    ours: float, theirs: float, points: float, chance: float = CHANCE, power: float = POWER
) -> int | None:
    """Return how many answers each of two groups needs to tell numbers that lie `points` apart; at least 1.

    `ours` and `theirs` are variances, `chance` that of a false alarm, `power` that of seeing the difference. None where
    no number is enough: `points` are not above 0. Raises ValueError for variances that add up to less than 0.
    """
    return _answers(ours + theirs, _reach(chance, power), points)


def margin(n: int, promoters: float, detractors: float, z: float = Z95) -> float | None:
    """Return the margin to expect of `n` answers with these shares, in points, at most 100; None of no answers."""
    if n < 1:
        return None
    answers = n + ADDED_ANSWERS
    spread = variance((n * promoters + ADDED) / answers, (n * detractors + ADDED) / answers)
    return min(WIDEST_MARGIN, 100 * z * sqrt(spread / answers))


def smallest_difference(
    n: int, ours: float, theirs: float, chance: float = CHANCE, power: float = POWER
) -> float | None:
    """Return from how many points on two groups of `n` answers are told apart, at most 200; None of no answers."""
    if n < 1:
        return None
    return min(WIDEST_DIFFERENCE, 100 * _reach(chance, power) * sqrt((ours + theirs) / (n + ADDED_ANSWERS)))


def smallest_share_difference(
    share: float, ours: int, theirs: int, chance: float = CHANCE, power: float = POWER
) -> float | None:
    """Return from how many per cent points on the shares of two groups are told apart, at most 100.

    `ours` and `theirs` are asked; about `share` (0 … 1) of theirs answer, and of ours so many points more or fewer,
    whichever lies nearer to one half, where shares spread most. With the correction for continuity, which brings it to
    what the exact test sees (Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions, 2003, chapter 4).
    None where a group is empty.
    """
    if min(ours, theirs) < 1:
        return None
    correction = (1 / ours + 1 / theirs) / 2
    difference, towards = 0.0, 1 if share <= 0.5 else -1
    for _step in range(_STEPS):
        other = min(1.0, max(0.0, share + towards * difference))
        error = sqrt(other * (1 - other) / ours + share * (1 - share) / theirs)
        difference = min(1.0, _reach(chance, power) * error + correction)
    return 100 * difference


def _reach(chance: float, power: float) -> float:
    normal = NormalDist()
    return normal.inv_cdf(1 - chance / 2) + normal.inv_cdf(power)


def _answers(variance: float, reach: float, points: float) -> int | None:
    if variance < 0:
        raise ValueError("a variance is not below 0")
    if points <= 0:
        return None
    reaches = 100 * reach / points
    needed = variance * reaches * reaches - ADDED_ANSWERS
    return max(1, ceil(needed)) if isfinite(needed) else None
