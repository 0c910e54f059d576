"""The ends and the step of an axis with round numbers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor


def rounded(lowest: float, highest: float, steps: Sequence[int], most: int) -> tuple[int, int, int]:
    """Return the low end, the high end and the step of an axis that holds both numbers.

    The step is the first of `steps` that parts it into at most `most` pieces, else the last one; one piece at least.
    """
    for step in steps:
        low, high = step * floor(lowest / step), step * ceil(highest / step)
        if (high - low) / step <= most:
            break
    return low, max(high, low + step), step
