"""What those who did not answer could do to a number: an NPS, or the share of the good. Pure.

The bounds of Manski (International Journal of Approximate Reasoning 39, 2005) take the silent at their worst and at
their best; with a quarter answering they are true and useless. The tipping point says more: how bad the silent would
have to be for a target to be missed. “NPS × response rate” is not here, for it takes the silent for passives.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics import nps
from analytics.arithmetic import Arithmetic
from analytics.counts import Counts
from analytics.estimates import Interval

# So far may the silent differ from those who answered, in points, before it is called implausible.
PLAUSIBLE = 20.0


@dataclass(frozen=True, slots=True)
class Silence:
    """The number of all who were asked: `rate` of them answered (0 … 1); what the others leave open, in its own points.

    Where a share is counted, promoters stand for the good and detractors for all others.
    """

    answered: Counts
    rate: float
    arithmetic: Arithmetic = nps

    @property
    def bounds(self) -> Interval:
        """The number of all if the silent were detractors one and all, and if they were promoters."""
        return self._with(self.arithmetic.LOWEST, self.arithmetic.HIGHEST)

    @property
    def plausible(self) -> Interval | None:
        """The number of all if the silent lie within 20 points of those who answered; None without answers."""
        value, lowest, highest = self.arithmetic.value(self.answered), self.arithmetic.LOWEST, self.arithmetic.HIGHEST
        if value is None:
            return None
        return self._with(max(lowest, value - PLAUSIBLE), min(highest, value + PLAUSIBLE))

    def tipping_point(self, target: float) -> float | None:
        """Return the number of the silent at which that of all is just `target`; None when nobody is silent.

        Not cut: at the lowest number or below the target holds whatever the silent think, above the highest it is out
        of reach.
        """
        return None if self.rate == 1 else (target - self._heard) / (1 - self.rate)

    @property
    def _heard(self) -> float:
        return self.rate * (self.arithmetic.value(self.answered) or 0)

    def _with(self, lowest: float, highest: float) -> Interval:
        return Interval(self._heard + (1 - self.rate) * lowest, self._heard + (1 - self.rate) * highest)


def of(answered: Counts, asked: int, arithmetic: Arithmetic = nps) -> Silence | None:
    """Return what the silent leave open of the number of all `asked`; None when nobody was asked.

    Without answers everything is open. More answers than were asked mean that nobody is silent.
    """
    return Silence(answered, min(1.0, answered.n / asked), arithmetic) if asked > 0 else None
