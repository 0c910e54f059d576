"""Workbooks of spreadsheets (.xlsx) as files of an import: each sheet becomes a text in CSV, by its values alone.

Formulas are not evaluated and macros not looked at: a cell holds what the program that saved it worked out. Everything
is bounded before it is read, for a small file may unpack into a very large one.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any, BinaryIO, TextIO

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from accounts.plaintext import quoted
from crm.imports.files import BadFile, Files

ENDING = ".xlsx"
# What one workbook may hold. Unpacked bytes count as they are unpacked, whatever the file says of itself.
MOST_BYTES = 25 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
MOST_PARTS = 2_000
MOST_SHEETS = 30
MOST_ROWS = 250_000
MOST_COLUMNS = 500
MOST_CELLS = 3_000_000
BLOCK = 1024 * 1024
# Characters of all cells together.
MOST_TEXT = 100_000_000
# A document that declares its own entities may grow without end; no spreadsheet writes one.
DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
MACROS = "vbaProject.bin"
# What reading an archive raises that is none, is locked, is packed in a way nobody knows, or is damaged.
UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)


def is_workbook(name: str) -> bool:
    return name.lower().endswith(ENDING)


def sheet_file(book: str, sheet: str) -> str:
    """Return the name by which a mapping asks for one sheet of a workbook; the workbook alone means its first."""
    return f"{book} [{sheet}]"


def with_sheets(files: Files) -> Files:
    """Return `files` with a file for each sheet of the workbooks among them; raises BadFile for what cannot be read.

    A workbook is opened when one of its sheets is asked for, so those that no mapping names cost nothing.
    """
    books = [name for name in files if is_workbook(name)]
    return _Sheets(files, books) if books else files


class _Sheets(dict[str, Any]):
    """The files of an import, those of workbooks made when they are first asked for."""

    def __init__(self, files: Files, books: Iterable[str]) -> None:
        super().__init__({name: opener for name, opener in files.items() if not is_workbook(name)})
        self._books = {name: files[name] for name in books}

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or self._read(name)

    def __missing__(self, name: str) -> Any:
        if not self._read(name):
            raise KeyError(name)
        return self[name]

    def _read(self, name: object) -> bool:
        """Read the workbook to which a sheet belongs; say whether there is such a sheet."""
        book = next((one for one in self._books if isinstance(name, str) and name.startswith(one)), "")
        if not book:
            return False
        with self._books.pop(book)() as stream:
            sheets = list(sheets_of(book, stream))
        for title, rows in sheets:
            self[sheet_file(book, title)] = partial(io.BytesIO, rows)
        if sheets:
            self[book] = partial(io.BytesIO, sheets[0][1])
        return super().__contains__(name)


def sheets_of(book: str, stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield the title of each sheet that holds anything, and its rows as CSV in UTF-8 with commas.

    Rows keep their numbers: an empty one is an empty line. Raises BadFile when the workbook is none, is too large, or
    holds what no spreadsheet writes.
    """
    _check(book, stream)
    stream.seek(0)
    try:
        workbook = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception:  # noqa: BLE001 (whatever a broken file makes of the library)
        raise BadFile(_damaged(book)) from None
    try:
        sheets = [sheet for sheet in workbook.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
        if len(sheets) > MOST_SHEETS:
            raise BadFile(
                _("%(file)s has %(count)d sheets; at most %(limit)d are read. Remove those that hold no records.")
                % {"file": book, "count": len(sheets), "limit": MOST_SHEETS}
            )
        room = MOST_CELLS
        for sheet in sheets:
            text = io.StringIO(newline="")
            cells = _write(book, sheet, text, room)
            room -= cells
            if cells:
                yield sheet.title, text.getvalue().encode()
    finally:
        workbook.close()


def _damaged(book: str) -> str:
    return _(
        "%(file)s cannot be read as an Excel workbook. Open it in a spreadsheet, save it as .xlsx, or as “CSV UTF-8”."
    ) % {"file": quoted(book)}


def _check(book: str, stream: BinaryIO) -> None:
    """Refuse what is no workbook, and what would be too much, before anything reads its meaning."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size > MOST_BYTES:
        raise BadFile(
            _("%(file)s is larger than %(limit)d MB. Save its sheets as “CSV UTF-8” and use the command import_crm.")
            % {"file": quoted(book), "limit": MOST_BYTES // 1024 // 1024}
        )
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if any(part.filename.endswith(MACROS) for part in parts):
                raise BadFile(_("%(file)s holds macros. Save it as .xlsx without them.") % {"file": quoted(book)})
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise BadFile(_too_much(book))
            _check_parts(book, archive)
    except UNREADABLE:
        raise BadFile(_damaged(book)) from None


def _check_parts(book: str, archive: zipfile.ZipFile) -> None:
    unpacked = 0
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        with archive.open(part) as content:
            rest = b""
            while block := content.read(BLOCK):
                unpacked += len(block)
                if unpacked > MOST_UNPACKED:
                    raise BadFile(_too_much(book))
                # In UTF-16 the declaration would not be seen; no spreadsheet writes that.
                if DECLARATION.search(rest + block) or b"\x00" in block:
                    raise BadFile(_damaged(book))
                rest = block[-16:]


def _too_much(book: str) -> str:
    return _("%(file)s unpacks into more than is read. Save its sheets as “CSV UTF-8”, and send those.") % {
        "file": quoted(book)
    }


def _write(book: str, sheet: Any, text: TextIO, room: int) -> int:
    """Write the rows of a sheet as CSV and return how many cells were read."""
    writer = csv.writer(text, lineterminator="\n")
    sheet.reset_dimensions()  # what the file says of its size may be anything
    cells, blank, width, rows = 0, 0, 0, sheet.iter_rows(values_only=True)
    for number in range(MOST_ROWS + 1):
        try:
            row = next(rows, None)
        except Exception:  # noqa: BLE001 (whatever a broken sheet makes of the library)
            raise BadFile(_damaged(book)) from None
        if row is None:
            return cells
        said = [_said(value) for value in row]
        while said and not said[-1]:
            said.pop()
        cells += len(row)
        if len(said) > MOST_COLUMNS:
            raise BadFile(
                _("%(file)s has more than %(limit)d columns. Remove those that are not to be imported.")
                % {"file": quoted(sheet_file(book, sheet.title)), "limit": MOST_COLUMNS}
            )
        if number == MOST_ROWS or cells > room or text.tell() > MOST_TEXT:
            break
        if not said:
            blank += 1
            continue
        text.write("\n" * blank)
        blank, width = 0, width or len(said)
        # Cells that are empty at the end of a row are not in the file; those of its header are there in each row.
        writer.writerow([*said, *[""] * (width - len(said))])
    raise BadFile(
        _("%(file)s has more rows than are read from a workbook. Save it as “CSV UTF-8”.")
        % {"file": quoted(sheet_file(book, sheet.title))}
    )


def _said(value: Any) -> str:
    """Return a cell as a program would write it: dates in ISO 8601, numbers with a point, one line each."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)
        case datetime():
            return (value.date() if value.time() == time() else value.replace(microsecond=0)).isoformat(*_blank(value))
        case date() | time():
            return value.isoformat()
    lines = [line.strip() for line in str(value).splitlines() if line.strip()]
    # A list of addresses in one cell stays a list.
    return ("; " if all("@" in line for line in lines) else " ").join(lines)


def _blank(value: datetime) -> tuple[str, ...]:
    return () if value.time() == time() else (" ",)


def unpacked(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return uploaded files with the sheets of workbooks in place of these, by the names that mappings give them."""
    plain = {name: content for name, content in contents.items() if not is_workbook(name)}
    for book in (name for name in contents if is_workbook(name)):
        sheets = list(sheets_of(book, io.BytesIO(contents[book])))
        if not sheets:
            raise BadFile(_("%(file)s holds nothing.") % {"file": quoted(book)})
        plain |= {sheet_file(book, title): rows for title, rows in sheets}
        plain[book] = sheets[0][1]
    return plain


def listed(contents: Mapping[str, bytes]) -> list[str]:
    """Return the names by which a person is shown unpacked files: a workbook, or its sheets where it has several."""
    sheets = {name: [one for one in contents if one.startswith(f"{name} [")] for name in contents if is_workbook(name)}
    told_by_book = {one for titles in sheets.values() for one in titles if len(titles) == 1}
    told_by_sheet = {name for name, titles in sheets.items() if len(titles) > 1}
    return [name for name in contents if name not in told_by_book | told_by_sheet]
