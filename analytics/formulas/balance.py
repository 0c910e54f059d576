"""Whether groups drawn by chance are as large as their shares say (“sample ratio mismatch”). Pure.

K. Pearson's chi-square (Philosophical Magazine 50, 1900); its tail has a closed form for the few degrees of freedom
that are needed here (Abramowitz & Stegun 26.4.4 and 26.4.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, pi, sqrt

# Below so many that are to be expected in a group the chi-square is no good.
FEWEST_EXPECTED = 5


def chance_of_counts(counts: Sequence[int], expected: Sequence[float]) -> float | None:
    """Return the chance that groups lie as far from what is expected of them as `counts` do, or farther.

    Both of two to four groups, and of one sum. None where fewer than FEWEST_EXPECTED are expected in a group. Where the
    shares changed on the way and `expected` is summed over what each member was drawn with, the true chance is at most
    the one returned. Raises ValueError for other numbers of groups, or of unequal sums.
    """
    if not 2 <= len(counts) == len(expected) <= 4 or abs(sum(counts) - sum(expected)) > 1e-6 * max(1, sum(counts)):
        raise ValueError("two to four groups, of one sum")
    if min(expected) < FEWEST_EXPECTED:
        return None
    distance = sum((count - wanted) ** 2 / wanted for count, wanted in zip(counts, expected, strict=True))
    return tail(distance, len(counts) - 1)


def tail(distance: float, freedom: int) -> float:
    """Return the chance of a chi-square of 1 to 3 degrees of freedom of at least `distance`, 0 to 1."""
    if freedom == 2:
        return exp(-distance / 2)
    outside = erfc(sqrt(distance / 2))
    return outside if freedom == 1 else outside + sqrt(2 * distance / pi) * exp(-distance / 2)
