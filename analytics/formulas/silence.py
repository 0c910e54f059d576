"""What those who did not answer could do to an NPS. Pure.

The bounds of Manski (International Journal of Approximate Reasoning 39, 2005) take the silent at their worst and at
their best; with a quarter answering they are true and useless. The tipping point says more: how bad the silent would
have to be for a target to be missed. “NPS × response rate” is not here, for it takes the silent for passives.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics import nps
from analytics.counts import Counts
from analytics.estimates import Interval

# So far may the silent differ from those who answered, in points, before it is called implausible.
PLAUSIBLE = 20.0


@dataclass(frozen=True, slots=True)
class Silence:
    """An NPS of all who were asked: `rate` of those who answered (0 … 1), and what the others leave open, in points."""

    answered: Counts
    rate: float

    @property
    def bounds(self) -> Interval:
        """The NPS of all if the silent were detractors one and all, and if they were promoters."""
        return self._with(nps.LOWEST, nps.HIGHEST)

    @property
    def plausible(self) -> Interval | None:
        """The NPS of all if the silent lie within 20 points of those who answered; None without answers."""
        value = nps.value(self.answered)
        if value is None:
            return None
        return self._with(max(nps.LOWEST, value - PLAUSIBLE), min(nps.HIGHEST, value + PLAUSIBLE))

    def tipping_point(self, target: float) -> float | None:
        """Return the NPS of the silent at which that of all is just `target`; None when nobody is silent.

        Not cut: at −100 or below the target holds whatever the silent think, above 100 it is out of reach.
        """
        return None if self.rate == 1 else (target - self._heard) / (1 - self.rate)

    @property
    def _heard(self) -> float:
        return self.rate * (nps.value(self.answered) or 0)

    def _with(self, lowest: float, highest: float) -> Interval:
        return Interval(self._heard + (1 - self.rate) * lowest, self._heard + (1 - self.rate) * highest)


def of(answered: Counts, asked: int) -> Silence | None:
    """Return what the silent leave open of the number of all `asked`; None when nobody was asked.

    Without answers everything is open. More answers than were asked mean that nobody is silent.
    """
    return Silence(answered, min(1.0, answered.n / asked)) if asked > 0 else None
