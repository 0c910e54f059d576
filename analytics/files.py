"""Tables as files: CSV that flows while it is read, and XLSX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import xlsxwriter

from accounts.csv_files import STARTS_A_FORMULA, Row, csv_pieces, harmless

__all__ = ["STARTS_A_FORMULA", "BookSheet", "Row", "book", "csv_pieces", "harmless", "workbook"]

LONGEST_CELL = 32_767


class BookSheet(NamedTuple):
    """One sheet of a spreadsheet: its title, the names of its columns, and its rows."""

    title: str
    names: Sequence[str]
    rows: Iterable[Row]


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
