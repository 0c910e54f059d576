"""Tables as files: CSV that flows while it is read, and XLSX."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import xlsxwriter

LONGEST_CELL = 32_767
MARK = "\ufeff"
# The first letter by which a spreadsheet takes a cell for a formula, in both widths (OWASP, “CSV injection”).
STARTS_A_FORMULA = "=+@\t\r\n＝＋－＠-"
_FORMULA = re.compile(f"[{STARTS_A_FORMULA}]")

Row = Sequence[Any]


class BookSheet(NamedTuple):
    """One sheet of a spreadsheet: its title, the names of its columns, and its rows."""

    title: str
    names: Sequence[str]
    rows: Iterable[Row]


def harmless(text: str) -> str:
    """Return text with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def csv_pieces(names: Sequence[str], pages: Iterable[Iterable[Row]], *, marked: bool) -> Iterator[str]:
    """Yield rows as CSV (RFC 4180), the names of the columns first, then a piece for each page.

    With `marked` it begins with a byte order mark, without which Excel takes UTF-8 for something else. Moments are UTC
    in ISO 8601. Text that comes from outside must have been made harmless.
    """
    yield (MARK if marked else "") + _csv([names])
    for page in pages:
        yield _csv(page)


def workbook(title: str, names: Sequence[str], rows: Iterable[Row], zone: ZoneInfo) -> BytesIO:
    """Return an XLSX file, at its beginning, with one sheet of the rows.

    Its moments are on the clock of `zone`. Text is written as text, whatever it begins with.
    """
    return book([BookSheet(title, names, rows)], zone)


def book(sheets: Iterable[BookSheet], zone: ZoneInfo, *, as_of: datetime | None = None) -> BytesIO:
    """Return an XLSX file, at its beginning, with a sheet for each table.

    The same tables make the same bytes where `as_of` is given, which then stands as the moment of writing.
    """
    # What is being written lies on the disk; only the packed file is held.
    file = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as written:
        if as_of:
            written.set_properties({"created": as_of.astimezone(UTC).replace(tzinfo=None)})
        moments, bold = written.add_format({"num_format": "yyyy-mm-dd hh:mm"}), written.add_format({"bold": True})
        for title, names, rows in sheets:
            sheet = written.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, names, bold)
            for number, row in enumerate(rows, start=1):
                _write(sheet, number, row, moments, zone)
    file.seek(0)
    return file


def _write(sheet: Any, number: int, row: Row, moments: Any, zone: ZoneInfo) -> None:
    for place, value in enumerate(row):
        if isinstance(value, datetime):
            sheet.write_datetime(number, place, value.astimezone(zone).replace(tzinfo=None), moments)
        elif isinstance(value, str):
            sheet.write_string(number, place, value[:LONGEST_CELL])
        elif value is not None:
            sheet.write(number, place, float(value) if isinstance(value, Decimal) else value)


def _csv(rows: Iterable[Row]) -> str:
    text = StringIO(newline="")
    csv.writer(text).writerows(_plain(row) for row in rows)
    return text.getvalue()


def _plain(row: Row) -> list[Any]:
    return [value if (said := _SAID.get(type(value))) is None else said(value) for value in row]


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds")


# How a cell says what is neither text nor a number; a file has millions of cells.
_SAID: Mapping[type, Callable[[Any], str]] = {datetime: _moment, bool: lambda value: "yes" if value else "no"}
