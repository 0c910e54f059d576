"""How a new sending domain is warmed up: a few asks on the first day, more on each one after. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

# A factor of more doubles what mailbox providers call steady many times over.
MOST_GROWTH = 10
# Beyond so many asks a day no number holds anybody back.
UNLIMITED = 10_000_000
# By then any growth has passed that.
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Ramp:
    """`first` asks on the day it begins, each day `growth` times as many, rounded down, and no limit from the day
    whose number would reach `last`; None: it grows until nothing is limited by it."""

    begins: date
    first: int
    growth: Decimal
    last: int | None = None

    def on(self, day: date) -> int | None:
        """Return how many may be asked on a day; None where no number limits it, as before the beginning."""
        days = (day - self.begins).days
        if days < 0:
            return None
        end = UNLIMITED if self.last is None else min(self.last, UNLIMITED)
        number = self.first * self.growth ** min(days, LONGEST)
        return None if number >= end else int(number)

    def ahead(self, today: date, days: int) -> Iterator[tuple[date, int | None]]:
        """Give so many days, from today or from the day it begins, each with its number; the first unlimited ends."""
        start = max(today, self.begins)
        for offset in range(days):
            day = start + timedelta(days=offset)
            number = self.on(day)
            yield day, number
            if number is None:
                return
