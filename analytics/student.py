"""Student's t: how likely a value is by chance, and how far out 95 of 100 lie. Pure; exact to 1e-6 and better.

The chance is the regularised incomplete beta function, by its continued fraction (Lentz's method; Press et al.,
Numerical Recipes, 6.4). The quantile starts at the expansion around the normal quantile (Abramowitz & Stegun 26.7.5)
and is mended by Newton's method where few degrees of freedom ask for it.
"""

from __future__ import annotations

from functools import lru_cache
from math import erfc, exp, isinf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

# From so many degrees of freedom on the expansion is exact to 1e-7, and the normal distribution to 1e-6.
EXPANDED = 40
NORMAL = 1e7
_SMALLEST = 1e-300
_EXACT = 1e-15
_MOST_STEPS = 1000


def two_sided_chance(t: float, freedom: float) -> float:
    """Return the chance of a value at least as far from 0 as `t`, with `freedom` > 0 degrees; `inf` is the normal."""
    if freedom > NORMAL:
        return erfc(abs(t) / sqrt(2))
    return _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


@lru_cache(maxsize=4096)
def quantile(chance: float, freedom: float) -> float:
    """Return the t beyond which, on both sides together, `chance` (0 … 1) of all values lie; `freedom` > 0."""
    z = NormalDist().inv_cdf(1 - chance / 2)
    if isinf(freedom) or freedom > NORMAL:
        return z
    if freedom >= EXPANDED:
        return _expanded(z, freedom)
    return _solved(chance, freedom)


def _expanded(z: float, freedom: float) -> float:
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def _solved(chance: float, freedom: float) -> float:
    """Find the quantile by Newton's method on the logarithm of t, held between two ends that close in on it."""
    low, high = -40.0, log(1e6) / min(1.0, freedom)
    at = 0.5
    for _step in range(200):
        t = exp(at)
        surplus = two_sided_chance(t, freedom) - chance
        low, high = (at, high) if surplus > 0 else (low, at)
        step = surplus / (2 * _density(t, freedom) * t or _SMALLEST)
        following = at + step
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - at) < 1e-13:
            return exp(following)
        at = following
    return exp(at)


def _density(t: float, freedom: float) -> float:
    constant = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - 0.5 * log(freedom * pi)
    return exp(constant - (freedom + 1) / 2 * log1p(t * t / freedom))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _continued_fraction(a, b, x) / a
    return 1 - front * _continued_fraction(b, a, 1 - x) / b


def _continued_fraction(a: float, b: float, x: float) -> float:
    numerator, denominator = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    found = denominator
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for factor in (even, odd):
            denominator = 1 / (1 + factor * denominator or _SMALLEST)
            numerator = 1 + factor / numerator or _SMALLEST
            found *= denominator * numerator
        if abs(denominator * numerator - 1) < _EXACT:
            break
    return found
