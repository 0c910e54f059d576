"""What may honestly be said of differences. Pure.

Twenty managers tested at 5 % accuse one by chance; so all comparisons that a page shows are judged together, and a
direction is named only where both hold: its false discovery rate is small enough, and its own interval leaves out 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from analytics.arithmetic import Arithmetic
from analytics.counts import ENOUGH, Counts
from analytics.estimates import Difference

# Pages on which nothing differs then carry a false label in at most one of ten (tests/analytics/test_verdicts.py).
FALSE_DISCOVERIES = 0.08
# A period that ends once a month is looked at twelve times a year: so that nine years in ten show no false arrow.
HEADLINE_CHANCE = 0.10 / 12


class Change(Enum):
    UP = "up"
    DOWN = "down"
    UNCLEAR = "unclear"
    TOO_FEW = "too_few"
    # The days are not whole months that are over, or those before are not all there: nothing may be concluded yet.
    OPEN = "open"


Pair = tuple[Counts, Counts]
# So many rows of a table can be told from the rest before what is left is called the usual.
MOST_OUTLIERS = 10


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What may be said of a row: against its own past, and against the other rows of its table."""

    change: Change
    standing: Change


def judge(
    arithmetic: Arithmetic, headline: Pair, tables: Sequence[Sequence[Pair]]
) -> tuple[Change, list[list[RowVerdict]]]:
    """Return what may be said of the headline and of every row (now, before) of the tables of a page.

    A row is compared with the usual rest: rows that stand apart are taken out of it one after another, the farthest
    first. Were a bad one part of that rest, innocent ones would stand above it.
    """
    outliers: list[list[int]] = [[] for _ in tables]
    while True:
        changes, standings = _judged_together(arithmetic, headline, tables, outliers)
        apart = [_farthest(arithmetic, *at) for at in zip(tables, standings, outliers, strict=True)]
        if all(place is None for place in apart):
            break
        for places, place in zip(outliers, apart, strict=True):
            places += [] if place is None else [place]
    rows = [
        [RowVerdict(*both) for both in zip(*table, strict=True)] for table in zip(changes[1:], standings, strict=True)
    ]
    return _of_headline(arithmetic, headline, changes[0][0]), rows


def undecided(tables: Sequence[Sequence[Pair]]) -> tuple[Change, list[list[RowVerdict]]]:
    """Return the verdicts of a page on which nothing may be concluded."""
    return Change.OPEN, [[RowVerdict(Change.OPEN, Change.OPEN) for _pair in pairs] for pairs in tables]


def _judged_together(
    arithmetic: Arithmetic, headline: Pair, tables: Sequence[Sequence[Pair]], outliers: Sequence[Sequence[int]]
) -> tuple[list[list[Change]], list[list[Change]]]:
    standing = [_beside_the_rest(*both) for both in zip(tables, outliers, strict=True)]
    groups = [[headline], *tables, *standing]
    found = iter(_family(arithmetic, [pair for group in groups for pair in group]))
    judged = [[next(found) for _pair in group] for group in groups]
    return judged[: 1 + len(tables)], judged[1 + len(tables) :]


def _beside_the_rest(table: Sequence[Pair], outliers: Sequence[int]) -> list[Pair]:
    groups = [now for now, _before in table]
    usual = sum((group for place, group in enumerate(groups) if place not in outliers), Counts())
    return [(group, usual if place in outliers else usual - group) for place, group in enumerate(groups)]


def _farthest(
    arithmetic: Arithmetic, table: Sequence[Pair], standings: Sequence[Change], outliers: Sequence[int]
) -> int | None:
    """Return the place of the row that stands farthest from the rest and is still part of it."""
    # Of two rows each is the other's rest.
    if len(table) < 3 or len(outliers) == MOST_OUTLIERS:
        return None
    apart = [
        place
        for place, standing in enumerate(standings)
        if standing in (Change.UP, Change.DOWN) and place not in outliers
    ]
    beside = _beside_the_rest(table, outliers)
    return max(apart, key=lambda place: abs(_z(arithmetic, beside[place])), default=None)


def _z(arithmetic: Arithmetic, pair: Pair) -> float:
    test = arithmetic.difference(*pair)
    return test.z if test else 0.0


def _of_headline(arithmetic: Arithmetic, headline: Pair, judged: Change) -> Change:
    test = arithmetic.difference(*headline)
    return Change.UNCLEAR if judged in (Change.UP, Change.DOWN) and test and test.p > HEADLINE_CHANCE else judged


def _family(arithmetic: Arithmetic, pairs: Sequence[Pair]) -> list[Change]:
    tests = [arithmetic.difference(*pair) if _are_enough(pair) else None for pair in pairs]
    rates = iter(false_discovery_rates([test.p for test in tests if test]))
    return [_judged(test, next(rates)) if test else Change.TOO_FEW for test in tests]


def false_discovery_rates(chances: Sequence[float]) -> list[float]:
    """Return the q-value of each p-value, in their order (Benjamini & Hochberg 1995)."""
    rates = [0.0] * len(chances)
    smallest = 1.0
    by_size = sorted(range(len(chances)), key=lambda index: chances[index], reverse=True)
    for place, index in enumerate(by_size):
        smallest = min(smallest, chances[index] * len(chances) / (len(chances) - place))
        rates[index] = smallest
    return rates


def _are_enough(pair: Pair) -> bool:
    return min(pair[0].n, pair[1].n) >= ENOUGH


def _judged(test: Difference, rate: float) -> Change:
    if rate > FALSE_DISCOVERIES or test.interval.holds_zero:
        return Change.UNCLEAR
    return Change.UP if test.z > 0 else Change.DOWN
