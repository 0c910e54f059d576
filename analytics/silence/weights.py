"""Answers weighted to all who were asked: by one trait, or by two of which only the totals are held to."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import sqrt
from typing import Generic, TypeVar

from analytics import student
from analytics.arithmetic import Arithmetic
from analytics.clusters import CHANCE, Spread
from analytics.counts import Counts
from analytics.estimates import Interval
from analytics.formulas import sample_weights
from analytics.formulas.sample_weights import LEAST_ANSWERS, TRIMMED, Weighted
from analytics.silence.asked import NOBODY, Asked
from analytics.spread import Answers
from analytics.spread import interval as interval_of_answers

# A cell of all that are too small to stand alone.
OTHERS = None
Cell = TypeVar("Cell", bound=Hashable)


class Merged(Generic[Cell]):
    """Cells of ten answers and more; smaller ones stand together, with the next smallest while they are too few."""

    def __init__(self, cells: Mapping[Cell, Asked]) -> None:
        answers = {key: asked.answers.n for key, asked in cells.items()}
        self.small = {key for key, n in answers.items() if n < LEAST_ANSWERS}
        alone = sorted(cells.keys() - self.small, key=lambda key: (answers[key], str(key)), reverse=True)
        while alone and self.small and sum(answers[key] for key in self.small) < LEAST_ANSWERS:
            self.small.add(alone.pop())
        self.cells: dict[Cell | None, Asked] = {}
        for key, asked in cells.items():
            self.cells[self.of(key)] = self.cells.get(self.of(key), NOBODY) + asked

    def of(self, key: Cell) -> Cell | None:
        """Return under which cell another one stands by now."""
        return OTHERS if key in self.small else key


def by_trait(cells: Mapping[Cell, Asked], arithmetic: Arithmetic) -> Weighted[Cell | None] | None:
    """Return the number weighted to all who were asked by the cells of a trait; None where fewer than two stand."""
    merged = Merged(cells).cells
    if len(merged) < 2:
        return None
    answers = {key: asked.answers for key, asked in merged.items()}
    people = {key: asked.number for key, asked in merged.items()}
    return sample_weights.poststratify(answers, people, TRIMMED, arithmetic)


Two = tuple[Cell | None, Cell | None]


def by_two(cells: Mapping[tuple[Cell, Cell], Asked], arithmetic: Arithmetic) -> Weighted[Two[Cell]] | None:
    """Return the number raked to all who were asked by two traits.

    None where either trait has fewer than two cells that stand, or where the totals of both cannot be met at once.
    """
    sides = [Merged(_margin(cells, side)) for side in (0, 1)]
    rows, columns = ([*side.cells] for side in sides)
    if min(len(rows), len(columns)) < 2:
        return None
    heard: dict[Two[Cell], Counts] = {}
    for (row, column), asked in cells.items():
        key = sides[0].of(row), sides[1].of(column)
        heard[key] = heard.get(key, Counts()) + asked.answers
    sample = [[heard.get((row, column), Counts()).n for column in columns] for row in rows]
    total = sum(map(sum, sample)) / sum(asked.number for asked in cells.values())
    targets = ([total * asked.number for asked in side.cells.values()] for side in sides)
    weights = sample_weights.rake(sample, *targets)
    if weights is None:
        return None
    held = {
        (row, column): min(TRIMMED[1], max(TRIMMED[0], weights[y][x]))
        for y, row in enumerate(rows)
        for x, column in enumerate(columns)
        if sample[y][x]
    }
    return sample_weights.weighted({key: heard[key] for key in held}, held, 1.0, arithmetic)


def interval(found: Weighted[Cell], answers: Answers) -> Interval:
    """Return the 95 % interval of a weighted number; `answers` are the same ones without weights.

    Answers of accounts that hang together widen it as they widen the plain one, and on neither side it reaches less far
    than that does: where all are alike the weighted variance is 0, and nothing is that sure.
    """
    plain, arithmetic = interval_of_answers(found.arithmetic, answers), found.arithmetic
    if plain is None or answers.spread.is_unknown:
        return Interval(arithmetic.LOWEST, arithmetic.HIGHEST)
    reach = student.quantile(CHANCE, answers.spread.freedom) * sqrt(_effect(answers.spread)) * found.error
    low = found.points - max(reach, found.plain - plain.low)
    high = found.points + max(reach, plain.high - found.plain)
    return Interval(max(arithmetic.LOWEST, low), min(arithmetic.HIGHEST, high))


def _effect(spread: Spread) -> float:
    return max(1.0, spread.design_effect)


def _margin(cells: Mapping[tuple[Cell, Cell], Asked], side: int) -> dict[Cell, Asked]:
    found: dict[Cell, Asked] = {}
    for key, asked in cells.items():
        found[key[side]] = found.get(key[side], NOBODY) + asked
    return found


def silent_like(late: Counts, early: Counts, silent: int, arithmetic: Arithmetic) -> Weighted[str] | None:
    """Return the number of all who were asked if the silent were like those who answered late; None without late ones.

    The late answers then stand for the silent as well.
    """
    if not late.n:
        return None
    people = {"early": early.n, "late": late.n + silent}
    return sample_weights.poststratify({"early": early, "late": late}, people, arithmetic=arithmetic)
