"""Several tests of one family, of which at most one in twenty families may say anything false. Pure.

S. Holm, “A simple sequentially rejective multiple test procedure”, Scandinavian Journal of Statistics 6 (1979).
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(chances: Sequence[float]) -> list[float]:
    """Return the adjusted chance of each test, in their order: at least the one given, at most 1.

    Where what is adjusted to at most 0.05 is believed, anything false is believed in at most 5 of 100 families, however
    the tests hang together. No tests give none.
    """
    adjusted = [0.0] * len(chances)
    largest = 0.0
    by_size = sorted(range(len(chances)), key=chances.__getitem__)
    for place, index in enumerate(by_size):
        largest = max(largest, min(1.0, chances[index] * (len(chances) - place)))
        adjusted[index] = largest
    return adjusted
