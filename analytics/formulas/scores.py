"""What scores say as numbers, for those who read a CSAT or CES as a mean. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def mean(by_score: Sequence[int]) -> float | None:
    """Return the mean score of numbers by score: how many gave 0, 1, 2 and so on; None without answers."""
    answers = sum(by_score)
    return sum(score * number for score, number in enumerate(by_score)) / answers if answers else None
