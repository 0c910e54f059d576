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
    if part * of_all > of * part_of_all:
        return min(1.0, _tail(part, of, part_of_all, of_all))
    # Fewer marked ones than that are so many more of the others.
    return max(0.0, 1 - _tail(of - part + 1, of, of_all - part_of_all, of_all))


def _tail(part: int, of: int, part_of_all: int, of_all: int) -> float:
    """Return the chance of `part` or more, of a part that is more than the most likely one.

    Each next number is less likely than the one before, by a ratio of counts: the first chance alone needs logarithms,
    and what adds nothing any more ends the sum.
    """
    plain = of_all - part_of_all
    chance = total = exp(_log_ways(part_of_all, part) + _log_ways(plain, of - part) - _log_ways(of_all, of))
    for marked in range(part, min(of, part_of_all)):
        chance *= (part_of_all - marked) * (of - marked) / ((marked + 1) * (plain - of + marked + 1))
        total += chance
        if chance <= total * 1e-17:
            break
    return total


def _log_ways(among: int, chosen: int) -> float:
    return lgamma(among + 1) - lgamma(chosen + 1) - lgamma(among - chosen + 1)
