"""Answers as files, read in pages so that memory stays flat, whatever stands between here and the database."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from analytics import files
from analytics.explorer import answers, columns
from responses.models.response import ResponseQuerySet
from responses.word_access import WordAccess

PAGE = 10_000
# A sheet holds 1,048,576 rows, one of them the heading; far more than opens with pleasure.
MOST_ROWS_OF_A_SHEET = 200_000
_NUMBER, _MOMENT = columns.NAMES.index("id"), columns.NAMES.index("answered_at")

Row = Sequence[Any]


def csv_lines(found: ResponseQuerySet, access: WordAccess, *, marked: bool) -> Iterator[str]:
    """Yield the answers as CSV, as analytics.files writes it: what is being read is a page at a time."""
    return files.csv_pieces(columns.NAMES, _pages(found, access, for_spreadsheets=True), marked=marked)


def workbook(found: ResponseQuerySet, access: WordAccess, zone: ZoneInfo) -> BytesIO:
    """Return an XLSX file, at its beginning, with one sheet of the newest answers, 200,000 at most."""
    rows = chain.from_iterable(_pages(found, access, for_spreadsheets=False))
    return files.workbook("Answers", columns.NAMES, islice(rows, MOST_ROWS_OF_A_SHEET), zone)


def _pages(found: ResponseQuerySet, access: WordAccess, *, for_spreadsheets: bool) -> Iterator[list[Row]]:
    """Yield the answers in pages, newest first, each from where the last one ended: every answer once.

    No cursor of the database is held, for behind a pooler there is none, and no transaction while somebody downloads
    slowly. An answer that comes meanwhile is newer than where the reading is, and not among them.
    """
    rest = found
    while page := list(columns.rows(rest, access, for_spreadsheets=for_spreadsheets)[:PAGE]):
        yield page
        if len(page) < PAGE:
            return
        rest = answers.behind(found, page[-1][_MOMENT], page[-1][_NUMBER])
