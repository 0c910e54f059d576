"""What a change is made of: segments changed (rate), or some have a larger share than before (mix). Pure.

The symmetric decomposition of Kitagawa (JASA 50, 1955), which Das Gupta (Demography 15, 1978) takes further. With the
shares w and the numbers r of the segments and the number R of all together, before and now,

    rate = (w₀ + w₁)/2 · (r₁ − r₀)        mix = ((r₀ + r₁)/2 − (R₀ + R₁)/2) · (w₁ − w₀)

and all rates and mixes add up to R₁ − R₀. The middle of both R changes nothing in the sum; it makes the mix of one
segment readable (“more of a weak channel”). It says what went together, never what caused what.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Generic, TypeVar

from analytics import nps
from analytics.arithmetic import Arithmetic
from analytics.counts import Counts
from analytics.estimates import Difference

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one segment gave to the change: `rate` and `mix` in points, `value_before` and `value_now` its numbers.

    Shares are 0 … 1. A segment without answers in one of the periods has the number of the other one, so that all it
    gives is mix.
    """

    share_before: float
    share_now: float
    value_before: float
    value_now: float
    rate: float
    mix: float

    @property
    def is_in_both(self) -> bool:
        return self.share_before > 0 and self.share_now > 0


@dataclass(frozen=True, slots=True)
class Decomposition(Generic[Key]):
    """The change of a total by segments; segments without any answer are left out."""

    before: float
    now: float
    change: Difference
    contributions: Mapping[Key, Contribution]

    @property
    def rate(self) -> float:
        return fsum(part.rate for part in self.contributions.values())

    @property
    def mix(self) -> float:
        return fsum(part.mix for part in self.contributions.values())

    @property
    def is_noise(self) -> bool:
        """Whether the change may be chance: then its parts are chance as well and are better not shown."""
        return self.change.interval.holds_zero


def decompose(
    before: Mapping[Key, Counts], now: Mapping[Key, Counts], arithmetic: Arithmetic = nps
) -> Decomposition[Key] | None:
    """Return what the change of all segments together is made of; None when a period has no answers.

    Segments of one period alone are those that came or went. One segment has all of the change as its rate.
    """
    totals = sum(before.values(), Counts()), sum(now.values(), Counts())
    change = arithmetic.difference(totals[1], totals[0])
    ends = arithmetic.value(totals[0]), arithmetic.value(totals[1])
    if change is None or ends[0] is None or ends[1] is None:
        return None
    middle = (ends[0] + ends[1]) / 2
    parts = {
        key: _contribution(
            arithmetic, (before.get(key, Counts()), now.get(key, Counts())), (totals[0].n, totals[1].n), middle
        )
        for key in {**before, **now}
    }
    return Decomposition(ends[0], ends[1], change, {key: part for key, part in parts.items() if part})


def _contribution(
    arithmetic: Arithmetic, pair: tuple[Counts, Counts], answers: tuple[int, int], middle: float
) -> Contribution | None:
    then, today = arithmetic.value(pair[0]), arithmetic.value(pair[1])
    then, today = today if then is None else then, then if today is None else today
    if then is None or today is None:
        return None
    shares = pair[0].n / answers[0], pair[1].n / answers[1]
    return Contribution(
        share_before=shares[0],
        share_now=shares[1],
        value_before=then,
        value_now=today,
        rate=(shares[0] + shares[1]) / 2 * (today - then),
        mix=((then + today) / 2 - middle) * (shares[1] - shares[0]),
    )
