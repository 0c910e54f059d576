"""What may honestly be said of differences. Pure.

Twenty managers tested at 5 % accuse one by chance; so all comparisons that a page shows are judged together, and a
direction is named only where both hold: its false discovery rate is small enough, and its own interval leaves out 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from analytics import spread, top_share
from analytics.arithmetic import Arithmetic
from analytics.clusters import Spread
from analytics.counts import ENOUGH, Counts
from analytics.estimates import Difference
from analytics.spread import Answers

# Pages on which nothing differs then carry a false label in at most one of ten (tests/analytics/test_verdicts.py).
FALSE_DISCOVERIES = 0.08
# A period that ends once a month is looked at twelve times a year: so that nine years in ten show no false arrow, be it
# of the number or of the response rate. The rate rests on many more people and needs less of it.
HEADLINE_CHANCES = (0.08 / 12, 0.02 / 12)


class Change(Enum):
    UP = "up"
    DOWN = "down"
    UNCLEAR = "unclear"
    TOO_FEW = "too_few"
    # The days are not whole months that are over, or those before are not all there: nothing may be concluded yet.
    OPEN = "open"


Pair = tuple[Answers, Answers]
NOTHING: Pair = (Answers(), Answers())
# So many rows of a table can be told from the rest before what is left is called the usual.
MOST_OUTLIERS = 10
# Where a row is less than this share of the rest, taking it out moves the rest so little that rows in the middle,
# nearer to it than so many standard errors, need not be looked at before the end.
LITTLE = 1 / 200
MIDDLE = 1.5
# None where there are too few answers to compare.
Test = Difference | None


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What may be said of a row: against its own past, and against the other rows of its table."""

    change: Change
    standing: Change


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What may be said on a page: of its number, of its response rate, and of the rows of its tables.

    `comparisons`: among how many it was judged.
    """

    number: Change
    rate: Change
    rows: list[list[RowVerdict]]
    comparisons: int = 0


def judge(arithmetic: Arithmetic, headline: Pair, tables: Sequence[Sequence[Pair]], rate: Pair = NOTHING) -> Verdicts:
    """Return what may be said of the headline, of the response rate and of every row (now, before) of the tables.

    `rate`: those who answered as good and those who did not as bad, now and before. A row is compared with the usual
    rest: rows that stand apart are taken out of it one after another, the farthest first. Were a bad one part of that
    rest, innocent ones would stand above it. The rest hangs together as all answers of the headline do.
    """
    tables = [_calmed(table) for table in tables]
    leading = [_test(arithmetic, headline), _test(top_share, rate)]
    changes = [[_test(arithmetic, pair) for pair in table] for table in tables]
    rests = [_Rest(arithmetic, headline[0].spread, [now for now, _before in table]) for table in tables]
    while True:
        (found, *by_row), comparisons = family([leading, *changes, *(rest.tests for rest in rests)])
        standings = by_row[len(tables) :]
        if not _settle(rests, standings):
            break
    rows = [[RowVerdict(*both) for both in zip(*table, strict=True)] for table in zip(by_row, standings, strict=False)]
    number, of_rate = (_of_headline(*each) for each in zip(leading, found, HEADLINE_CHANCES, strict=True))
    return Verdicts(number, of_rate, rows, comparisons)


def undecided(tables: Sequence[Sequence[Pair]]) -> Verdicts:
    """Return the verdicts of a page on which nothing may be concluded."""
    return Verdicts(Change.OPEN, Change.OPEN, [[RowVerdict(Change.OPEN, Change.OPEN) for _ in each] for each in tables])


def _calmed(table: Sequence[Pair]) -> list[Pair]:
    """Return the rows of a table, each hanging together no less than its rows do on average.

    Of few accounts it shows by chance that they are less alike than they are, about as often as that they are more.
    """
    sides = [[pair[side] for pair in table] for side in (0, 1)]
    usual = [
        sum(row.n * row.spread.design_effect for row in rows) / (sum(row.n for row in rows) or 1) for rows in sides
    ]
    return [(_at_least(now, usual[0]), _at_least(before, usual[1])) for now, before in table]


def _at_least(row: Answers, design_effect: float) -> Answers:
    if row.spread.is_of_strangers:
        return row
    return Answers(row.counts, Spread(max(row.spread.design_effect, design_effect), row.spread.freedom))


def _test(arithmetic: Arithmetic, pair: Pair) -> Test:
    return spread.difference(arithmetic, *pair) if min(pair[0].n, pair[1].n) >= ENOUGH else None


class _Rest:
    """The rows of a table, each beside the usual rest of them."""

    def __init__(self, arithmetic: Arithmetic, together: Spread, groups: Sequence[Answers]) -> None:
        self.arithmetic = arithmetic
        self.together = together
        self.groups = groups
        self.usual = sum((group.counts for group in groups), Counts())
        self.outliers: set[int] = set()
        self.tests: list[Test] = [None] * len(groups)
        self.compare(range(len(groups)))

    def compare(self, places: Collection[int]) -> None:
        """Compare the rows at some places with what is the usual rest by now."""
        for place in places:
            group = self.groups[place]
            rest = self.usual if place in self.outliers else self.usual - group.counts
            self.tests[place] = _test(self.arithmetic, (group, Answers(rest, self.together)))
        self.is_whole = len(places) == len(self.groups)

    def without(self, outlier: int) -> None:
        """Take a row out of the rest and compare those anew that this may move."""
        self.outliers.add(outlier)
        self.usual -= self.groups[outlier].counts
        nearest = MIDDLE if self.groups[outlier].n < LITTLE * self.usual.n else 0
        self.compare([place for place, test in enumerate(self.tests) if test and abs(test.z) >= nearest])

    def farthest(self, standings: Sequence[Change]) -> int | None:
        """Return the place of the row that stands farthest from the rest and is still part of it."""
        # Of two rows each is the other's rest.
        if len(self.groups) < 3 or len(self.outliers) == MOST_OUTLIERS:
            return None
        apart = [
            place
            for place, standing in enumerate(standings)
            if standing in (Change.UP, Change.DOWN) and place not in self.outliers
        ]
        return max(apart, key=self._distance, default=None)

    def _distance(self, place: int) -> float:
        test = self.tests[place]
        return abs(test.z) if test else 0.0


def _settle(rests: Sequence[_Rest], standings: Sequence[Sequence[Change]]) -> bool:
    """Take the farthest row out of each rest, or look at all rows once more; return whether anything was done."""
    apart = [
        (rest, place)
        for rest, found in zip(rests, standings, strict=True)
        if (place := rest.farthest(found)) is not None
    ]
    for rest, place in apart:
        rest.without(place)
    in_part = [] if apart else [rest for rest in rests if not rest.is_whole]
    for rest in in_part:
        rest.compare(range(len(rest.groups)))
    return bool(apart or in_part)


def _of_headline(test: Test, judged: Change, chance: float) -> Change:
    return Change.UNCLEAR if judged in (Change.UP, Change.DOWN) and test and test.p > chance else judged


def family(
    groups: Sequence[Sequence[Test]], false_discoveries: float = FALSE_DISCOVERIES
) -> tuple[list[list[Change]], int]:
    """Return what may be said of each test of each group, all of them judged together, and how many they are."""
    comparisons = sum(test is not None for group in groups for test in group)
    likely = [test.p for group in groups for test in group if test and test.p <= false_discoveries]
    rates = iter(false_discovery_rates(likely, comparisons))
    judged = [
        [_judged(test, rates, false_discoveries) if test else Change.TOO_FEW for test in group] for group in groups
    ]
    return judged, comparisons


def false_discovery_rates(chances: Sequence[float], among: int = 0) -> list[float]:
    """Return the q-value of each p-value, in their order (Benjamini & Hochberg 1995).

    `among`: how many there are, where only the smallest are given.
    """
    rates = [0.0] * len(chances)
    smallest = 1.0
    number = among or len(chances)
    by_size = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)
    for place, index in enumerate(by_size):
        smallest = min(smallest, chances[index] * number / (len(chances) - place))
        rates[index] = smallest
    return rates


def _judged(test: Difference, rates: Iterator[float], false_discoveries: float) -> Change:
    """Return what may be said of a test; its rate is the next one where it is likely enough to have one."""
    if test.p > false_discoveries or next(rates) > false_discoveries or test.interval.holds_zero:
        return Change.UNCLEAR
    return Change.UP if test.z > 0 else Change.DOWN
