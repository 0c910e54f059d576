"""A breakdown as a file: every row and every column of it, with unrounded numbers."""

from collections.abc import Iterator

from analytics.crossed.cells import NOBODY, Crossing
from analytics.crossed.facts import Fact
from analytics.crossed.table import named, ordered
from analytics.dashboard.exports import OF_ANSWERS, ExportedTable, of_answers
from analytics.dashboard.report import Figures
from analytics.files import Row

# A value, and what it is called. Of all there is neither.
OF_ALL = (None, None)


def table(crossing: Crossing, first: Fact, second: Fact | None) -> ExportedTable:
    """Return the table of the page, one line for each of its numbers: its margins, and the cells that have answers.

    A line says of which row and column it is, by value and by name. What is not known has a name and no value.
    """
    names = ("row", "row_name", *(("column", "column_name") if second else ()), "metric", *OF_ANSWERS)
    rows = _crossed(crossing, first, second) if second else _alone(crossing, first)
    return ExportedTable(names, list(rows))


def _alone(crossing: Crossing, fact: Fact) -> Iterator[Row]:
    yield (*OF_ALL, *_numbers(crossing.whole))
    for value in ordered(fact, crossing.rows):
        yield (*_told(fact, value), *_numbers(crossing.rows[value]))


def _crossed(crossing: Crossing, first: Fact, second: Fact) -> Iterator[Row]:
    columns = ordered(second, crossing.columns)
    yield (*OF_ALL, *OF_ALL, *_numbers(crossing.whole))
    for other in columns:
        yield (*OF_ALL, *_told(second, other), *_numbers(crossing.columns[other]))
    for value in ordered(first, crossing.rows):
        row = _told(first, value)
        yield (*row, *OF_ALL, *_numbers(crossing.rows[value]))
        cells = ((other, crossing.cells.get((value, other))) for other in columns)
        yield from ((*row, *_told(second, other), *_numbers(cell)) for other, cell in cells if cell)


def _told(fact: Fact, value: str) -> tuple[str | None, str]:
    return (None if value == NOBODY else value), named(fact, value)


def _numbers(figures: Figures) -> Row:
    return (figures.metric, *of_answers(figures))
