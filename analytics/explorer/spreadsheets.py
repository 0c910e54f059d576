"""Answers as files: CSV that flows while it is read, and XLSX."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.db import transaction

from analytics.explorer import columns
from responses.models.response import ResponseQuerySet

CHUNK = 2000
# A sheet holds 1,048,576 rows, one of them the heading; far more than opens with pleasure.
MOST_ROWS_OF_A_SHEET = 200_000
LONGEST_CELL = 32_767
MARK = "\ufeff"


class _Line:
    """What a csv writer writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(found: ResponseQuerySet, *, marked: bool) -> Iterator[str]:
    """Yield the answers as CSV (RFC 4180) in pieces of some 2,000 lines, the names of the columns first.

    With `marked` it begins with a byte order mark, without which Excel takes UTF-8 for something else. Moments are UTC
    in ISO 8601. The rows are read from one snapshot, and no more than a piece is held at a time.
    """
    writer = csv.writer(_Line())
    yield (MARK if marked else "") + _line(writer, columns.NAMES)
    with transaction.atomic():
        piece = []
        for row in columns.rows(found).iterator(chunk_size=CHUNK):
            piece.append(_line(writer, [_plain(value) for value in row]))
            if len(piece) == CHUNK:
                yield "".join(piece)
                piece.clear()
        yield "".join(piece)


def workbook(found: ResponseQuerySet, zone: ZoneInfo) -> BytesIO:
    """Return an XLSX file, at its beginning, with one sheet of the newest answers, 200,000 at most.

    Its moments are on the clock of `zone`. Text is written as text, whatever it begins with.
    """
    # What is being written lies on the disk; only the packed file is held.
    file = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book, transaction.atomic():
        sheet, moments = book.add_worksheet("Answers"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns.NAMES, book.add_format({"bold": True}))
        kept = columns.rows(found, for_spreadsheets=False)[:MOST_ROWS_OF_A_SHEET]
        for number, row in enumerate(kept.iterator(chunk_size=CHUNK), start=1):
            _write(sheet, number, row, moments, zone)
    file.seek(0)
    return file


def _write(sheet: Any, number: int, row: Iterable[Any], moments: Any, zone: ZoneInfo) -> None:
    for place, value in enumerate(row):
        if isinstance(value, datetime):
            sheet.write_datetime(number, place, value.astimezone(zone).replace(tzinfo=None), moments)
        elif isinstance(value, str):
            sheet.write_string(number, place, value[:LONGEST_CELL])
        elif value is not None:
            sheet.write(number, place, float(value) if isinstance(value, Decimal) else value)


def _line(writer: Any, values: Sequence[object]) -> str:
    return str(writer.writerow(values))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
