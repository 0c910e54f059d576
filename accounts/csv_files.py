"""Tables as CSV (RFC 4180) that flows while it is read, and text in it that no spreadsheet runs."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Any

MARK = "\ufeff"
# The first letter by which a spreadsheet takes a cell for a formula, in both widths (OWASP, “CSV injection”).
STARTS_A_FORMULA = "=+@\t\r\n＝＋－＠-"
_FORMULA = re.compile(f"[{STARTS_A_FORMULA}]")

Row = Sequence[Any]


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
