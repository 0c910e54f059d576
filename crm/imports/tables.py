"""One file as the mapping sees it: its encoding, its delimiter, its columns, and then its rows one by one."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TextIO

from django.utils.translation import gettext as _

from accounts.csv_files import STARTS_A_FORMULA
from accounts.encodings import Encoding
from accounts.plaintext import clean, is_damaged, quoted
from crm.imports.csv_rows import MOST_CHARACTERS, CsvRow, rows_of
from crm.imports.files import UNREADABLE, BadFile, Files, encoding_of, opened, shown
from crm.imports.rules import TableRule

DELIMITERS = (",", ";", "\t", "|")
# Excel's own first line, which tells it the delimiter.
SEP_LINE = re.compile(r"\"?sep=([^\w\"'\r\n\0])\"?\s*", re.IGNORECASE)
# What old programs write behind the last row, and others to fill a block.
END = "\x1a\0"
MOST_SHOWN = 30
# What programs write so that a spreadsheet keeps the zeros of a number: ="00123".
AS_FORMULA = re.compile(r"=\"((?:[^\"]|\"\")*)\"")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One row: the line where it begins, the cells that the mapping asks for by its names of the columns, and what is
    wrong, or perhaps wrong, with its shape. `raw`: all cells of the row, as they stand there."""

    number: int
    cells: dict[str, str]
    trouble: str = ""
    doubt: str = ""
    raw: Sequence[str] = ()


@dataclass(frozen=True)
class Layout:
    """How a file is written. `places`: in which cell each column of the mapping stands; `skipped`: lines above the
    header."""

    encoding: Encoding
    delimiter: str
    header: tuple[str, ...]
    places: dict[str, int]
    skipped: int = 0

    @property
    def as_text(self) -> str:
        name = shown(self.encoding.name)
        if not self.encoding.is_sure:
            guess = _("%(name)s (guessed by its letters: see whether names read right, or name it in the mapping)")
            name = guess % {"name": name}
        return f"{name}, {_sign(self.delimiter)}"


def layout_of(files: Files, table: TableRule, encoding: Encoding | None = None) -> Layout:
    """Return how the file of `table` is written; raises BadFile when it is missing or not as the mapping says.

    `encoding`: what was found in the whole file before; without it the file is read whole once.
    """
    encoding = encoding or encoding_of(files, table.file, table.encoding)
    with opened(files, table.file, encoding) as text:
        first = text.readline(MOST_CHARACTERS)
        sep = SEP_LINE.fullmatch(first)
        skipped = 1 if sep else 0
        first = text.readline(MOST_CHARACTERS) if sep else first
    delimiter = table.delimiter or (sep[1] if sep else _delimiter_in(first, table))
    with opened(files, table.file, encoding) as text:
        header = _header(text, delimiter, skipped, table)
    return Layout(encoding, delimiter, header, _places(header, first, delimiter, table), skipped)


def lines_of(files: Files, table: TableRule, layout: Layout) -> Iterator[SourceLine]:
    """Yield the rows after the header one by one; blank lines are passed over."""
    with opened(files, table.file, layout.encoding) as text:
        for row in islice(_rows(text, layout.delimiter, layout.skipped), 1, None):
            trouble = row.trouble or _trouble(row, layout)
            if not row.trouble and not any(cell.strip().strip(END) for cell in row.cells):
                continue
            cells = {} if trouble else {name: _cell(row, place) for name, place in layout.places.items()}
            yield SourceLine(row.number, cells, trouble, row.doubt, row.raw)


def _rows(text: TextIO, delimiter: str, skipped: int) -> Iterator[CsvRow]:
    for _line in range(skipped):
        text.readline(MOST_CHARACTERS)
    for row in rows_of(text, delimiter):
        yield replace(row, number=row.number + skipped)


def _cell(row: CsvRow, place: int) -> str:
    """Return a cell; of text that was written as a formula, so that a spreadsheet keeps its zeros, the text.

    The apostrophe by which accounts.csv_files makes text harmless is taken off again.
    """
    cell = row.cells[place] if place < len(row.cells) else ""
    if cell[:1] == "'" and cell[1:2] and cell[1] in STARTS_A_FORMULA:
        return cell[1:]
    written = AS_FORMULA.fullmatch(cell)
    return written[1].replace('""', '"') if written else cell


def _header(text: TextIO, delimiter: str, skipped: int, table: TableRule) -> tuple[str, ...]:
    row = next(_rows(text, delimiter, skipped), None)
    if row is None or (not any(row.cells) and not row.trouble):
        raise BadFile(_("%(file)s does not begin with the names of its columns.") % {"file": table.file})
    if row.trouble:
        raise BadFile(
            _("%(file)s, line %(line)d: %(trouble)s") % {"file": table.file, "line": row.number, "trouble": row.trouble}
        )
    return tuple(row.cells)


def _delimiter_in(first: str, table: TableRule) -> str:
    """Return the delimiter that finds most of the columns in the line of the header, else makes most of it."""

    def worth(sign: str) -> tuple[int, int]:
        names = {fold(name) for name in _parted(first, sign)}
        return len({fold(column) for column in table.columns} & names), len(names)

    return max(DELIMITERS, key=worth)


def _parted(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.replace("\x00", "")], delimiter=delimiter), [])


def _places(header: tuple[str, ...], first: str, delimiter: str, table: TableRule) -> dict[str, int]:
    """Return where each column of the mapping stands: under its very name, else under one that differs in case and
    spaces alone. BadFile for those that are missing, or there twice."""
    places = {}
    missing = []
    for column in sorted(table.columns):
        found = [place for place, name in enumerate(header) if clean(name) == column] or [
            place for place, name in enumerate(header) if fold(name) == fold(column)
        ]
        if len(found) > 1:
            raise BadFile(
                _("%(file)s has %(count)d columns “%(column)s” (columns %(places)s). Give all but one another name.")
                % {
                    "file": table.file,
                    "count": len(found),
                    "column": quoted(column),
                    "places": ", ".join(str(place + 1) for place in found),
                }
            )
        if found:
            places[column] = found[0]
        else:
            missing.append(quoted(column))
    if missing:
        raise BadFile(_missing(missing, header, first, delimiter, table))
    return places


def _missing(missing: list[str], header: tuple[str, ...], first: str, delimiter: str, table: TableRule) -> str:
    known = ", ".join(quoted(name) for name in header[:MOST_SHOWN])
    said = _("%(file)s has no column “%(missing)s”. Its columns: %(known)s.") % {
        "file": table.file,
        "missing": "”, “".join(missing[:MOST_SHOWN]),
        "known": known or "–",
    }
    better = _delimiter_in(first, table)
    if better != delimiter and len(_parted(first, better)) > len(header):
        said += " " + _("Its cells seem to be parted by “%(found)s”, not by “%(told)s”; correct `delimiter`.") % {
            "found": _sign(better),
            "told": _sign(delimiter),
        }
    return said


def fold(name: str) -> str:
    """Return the name of a column without what is easily written differently: case, white space and the unseen."""
    seen = "".join(letter for letter in clean(name) if unicodedata.category(letter) != "Cf")
    return " ".join(seen.casefold().split())


def _sign(delimiter: str) -> str:
    return "Tab" if delimiter == "\t" else delimiter


def _trouble(row: CsvRow, layout: Layout) -> str:
    cells, header = row.cells, layout.header
    if any(header[len(cells) :]) or any(cells[len(header) :]):
        return _("The row has %(cells)d cells, the header has %(columns)d.") % {
            "cells": len(cells),
            "columns": len(header),
        }
    if any(UNREADABLE in cell for cell in cells):
        return _("The row is not written in %(encoding)s.") % {"encoding": shown(layout.encoding.name)}
    if any(is_damaged(cells[place]) for place in layout.places.values() if place < len(cells)):
        return _("The row holds null characters or halves of surrogate pairs.")
    return ""
