"""Part CSV text into rows, so that a quote in the wrong place costs its own row and no other."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from django.utils.translation import gettext as _

# A row may go over so many lines, and hold so many characters; more is a quote that never closes.
MOST_LINES = 1_000
MOST_CHARACTERS = 1_000_000
# Of the lines in a cell, so many that look like rows make it certain that they are.
ENOUGH_ALIKE = 0.8
QUOTE = '"'

# The limit is one for the whole process; nothing else in it reads CSV.
csv.field_size_limit(MOST_CHARACTERS)


@dataclass(frozen=True, slots=True)
class CsvRow:
    """`number`: of the line where the row begins, from 1. A row with `trouble` has no cells that can be trusted; one
    with a `doubt` may hold more rows than one. `raw`: what stands there, to be
    corrected."""

    number: int
    cells: list[str]
    trouble: str = ""
    doubt: str = ""
    raw: list[str] = field(default_factory=list)


class _TooMuch(Exception):
    """The row goes on beyond what a row may hold."""


class _Lines:
    """The lines of a text, one after the other; those of the row that is being read can be given back."""

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.number = 0
        self.row: list[str] = []
        self._size = 0
        self._again: deque[str] = deque()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.row) >= MOST_LINES or self._size >= MOST_CHARACTERS:
            raise _TooMuch
        line = self._again.popleft() if self._again else self._line()
        if not line:
            raise StopIteration
        self.number += 1
        self.row.append(line)
        self._size += len(line)
        if len(line) >= MOST_CHARACTERS:
            raise _TooMuch  # the rest of it is gone
        return line

    def begin_row(self) -> None:
        self.row, self._size = [], 0

    def give_back(self) -> None:
        """Let all lines of this row but its first be read again, each as the beginning of a row."""
        self.number -= len(self.row) - 1
        self._again.extendleft(reversed(self.row[1:]))

    def _line(self) -> str:
        line = self.text.readline(MOST_CHARACTERS)
        rest = line
        while len(rest) == MOST_CHARACTERS and not rest.endswith(("\n", "\r")):
            rest = self.text.readline(MOST_CHARACTERS)
        return line


def rows_of(text: TextIO, delimiter: str) -> Iterator[CsvRow]:
    """Yield the rows of `text`, which must keep its line ends; one that cannot be parted into cells has its trouble.

    Where a quote is not closed, or closed by that of a later row, the lines behind it are read as rows of their own:
    nothing vanishes in a cell. Memory does not grow with the text.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = 0
    while True:
        lines.begin_row()
        number = lines.number + 1
        try:
            cells = next(reader)
            trouble, doubt = _swallowed(lines.row, delimiter, width, len(cells)) if len(lines.row) > 1 else ("", "")
        except StopIteration:
            return
        except (csv.Error, _TooMuch):
            cells, trouble, doubt = [], _trouble(lines.row), ""
        if trouble:
            lines.give_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        width = width or len(cells)
        yield CsvRow(number, [] if trouble else cells, trouble, doubt, lines.row[:1] if trouble else cells)


def _trouble(row: list[str]) -> str:
    if len(row[0]) >= MOST_CHARACTERS:
        return _("The row is longer than %(limit)d characters.") % {"limit": MOST_CHARACTERS}
    if len(row) > 1 or _is_open(row[0]):
        return _("A quote opens a cell here and none closes it. Remove it; inside of a cell in quotes, write it twice.")
    return _("A quote stands in the middle of a cell in quotes. Remove it, or write it twice.")


def _is_open(line: str) -> bool:
    return line.count(QUOTE) % 2 == 1


def _swallowed(row: list[str], delimiter: str, width: int, cells: int) -> tuple[str, str]:
    """Return the trouble and the doubt of a row of several lines, the first and nearly all others of which look like
    rows: with as many cells as the header.

    A line of prose may look so by chance, the more easily the fewer columns there are. Where it may, and the row has
    as many cells as it should, that is only a doubt.
    """
    first, *others = [len(line.split(delimiter)) == width for line in row if line.strip()] or [False]
    if width < 2 or not first or not others or sum(others) < ENOUGH_ALIKE * len(others):
        return "", ""
    held = {"lines": len(others)}
    if cells == width and len(others) < {2: 3, 3: 2}.get(width, 1):
        said = _(
            "A cell of this row holds lines that look like rows (%(lines)d). If they are, remove the quote before them."
        )
        return "", said % held
    said = _("A quote opens a cell here, and the cell holds %(lines)d lines that look like rows. Remove the quote.")
    return said % held, ""
