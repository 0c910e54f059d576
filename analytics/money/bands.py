"""Bands of amounts, such as 200–500, that hold about as many answers each. Pure.

An amount falls into a step of a ladder of 1, 2 and 5 times powers of ten, which people read at a glance; neighbouring
steps are put together until few bands are left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_BANDS = 5
# The lower end of each step but the first one, which holds whatever lies below 1.
LADDER = tuple(digit * 10**power for power in range(12) for digit in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class AmountBand:
    """Amounts from `low` on and below `high`; None where there is no such end."""

    low: int | None
    high: int | None


def bands(by_step: Sequence[int]) -> list[AmountBand]:
    """Return at most five bands that hold every amount, of numbers by step: below 1, from 1 to 2 and so on.

    Each but the last one holds a fifth of the answers or more, and each holds some. Empty of nothing.
    """
    total, found, low, held, left = sum(by_step), [], None, 0, sum(by_step)
    for number, high in zip(by_step, LADDER, strict=False):
        held, left = held + number, left - number
        if held * MOST_BANDS >= total and left:
            found.append(AmountBand(low, high))
            low, held = high, 0
    return [*found, AmountBand(low, None)] if total else []
