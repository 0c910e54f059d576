"""The exact chance of a share that is at least as large, whatever is the same for all. Pure.

R. A. Fisher, “The logic of inductive inference”, Journal of the Royal Statistical Society 98 (1935): with the margins
given, the number of marked ones in a sample is hypergeometric.
"""

from __future__ import annotations

from math import exp, lgamma


def chance_of_at_least(part: int, of: int, part_of_all: int, of_all: int) -> float:
    """Return the chance that `of` drawn from `of_all`, of which `part_of_all` are marked, hold `part` marked or more.

    Counts, with 0 ≤ part ≤ of ≤ of_all and part ≤ part_of_all ≤ of_all; the chance is within 0 to 1. Nothing drawn, or
    nothing marked, gives 1: what holds no more than it must surprises nobody. Raises ValueError for impossible counts.
    """
    if not (0 <= part <= min(of, part_of_all) and max(of, part_of_all) <= of_all):
        raise ValueError("a part of the drawn lies within what is drawn and what is marked")
    fewest = max(0, of - (of_all - part_of_all))
    if part <= fewest:
        return 1.0
    total = 0.0
    for marked in range(part, min(of, part_of_all) + 1):
        chance = exp(_log_chance(marked, of, part_of_all, of_all))
        total += chance
        # Beyond the most likely number each next one is less likely than the one before: the rest adds nothing.
        if marked > of * part_of_all / of_all and chance < total * 1e-16:
            break
    return min(1.0, total)


def _log_chance(marked: int, of: int, part_of_all: int, of_all: int) -> float:
    plain = of_all - part_of_all
    return _log_ways(part_of_all, marked) + _log_ways(plain, of - marked) - _log_ways(of_all, of)


def _log_ways(among: int, chosen: int) -> float:
    return lgamma(among + 1) - lgamma(chosen + 1) - lgamma(among - chosen + 1)
