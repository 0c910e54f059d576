"""Stream the rows of a CSV file with their line numbers."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeAlias

from django.utils.translation import gettext as _

from crm.imports.mapping import TableRule

Files: TypeAlias = Mapping[str, Callable[[], BinaryIO]]


class BadFile(Exception):
    """A file cannot be used at all; the message says which and why."""


@dataclass(frozen=True)
class Line:
    """One row: the line where it begins, its cells by column, and what is wrong with its shape."""

    number: int
    cells: dict[str, str]
    trouble: str = ""


def directory(path: Path) -> Files:
    """Return the CSV files of a folder."""
    return {file.name: partial(_open, file) for file in sorted(path.iterdir()) if file.is_file()}


def _open(file: Path) -> BinaryIO:
    return file.open("rb")


def uploads(contents: Mapping[str, bytes]) -> Files:
    return {name: partial(io.BytesIO, content) for name, content in contents.items()}


def check(files: Files, table: TableRule) -> None:
    """Raise BadFile when the file of `table` is missing or lacks a column."""
    if table.file not in files:
        raise BadFile(_("There is no file “%(file)s”.") % {"file": table.file})
    with _rows(files, table) as rows:
        header = next(rows, (0, []))[1]
    missing = sorted(table.columns - set(header))
    if missing:
        raise BadFile(
            _("%(file)s has no column “%(missing)s”. Its columns: %(known)s.")
            % {"file": table.file, "missing": "”, “".join(missing), "known": ", ".join(header) or "–"}
        )


def lines(files: Files, table: TableRule) -> Iterator[Line]:
    """Yield the rows after the header one by one; blank lines are passed over."""
    with _rows(files, table) as rows:
        header = next(rows, (0, []))[1]
        try:
            for number, cells in rows:
                if any(cells):
                    yield Line(number, dict(zip(header, cells, strict=False)), _trouble(header, cells, table))
        except csv.Error as error:
            raise BadFile(
                _("%(file)s cannot be read any further: %(error)s") % {"file": table.file, "error": error}
            ) from None


@contextmanager
def _rows(files: Files, table: TableRule) -> Iterator[Iterator[tuple[int, list[str]]]]:
    with files[table.file]() as stream:
        try:
            text = io.TextIOWrapper(stream, encoding=table.encoding, errors="surrogateescape", newline="")
        except LookupError:
            raise BadFile(
                _("%(file)s: there is no encoding “%(name)s”.") % {"file": table.file, "name": table.encoding}
            ) from None
        with text:
            yield _numbered(text, table)


def _numbered(text: io.TextIOWrapper, table: TableRule) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=table.delimiter)
    begins = 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _trouble(header: list[str], cells: list[str], table: TableRule) -> str:
    if len(cells) != len(header):
        return _("The row has %(cells)d cells, the header has %(columns)d.") % {
            "cells": len(cells),
            "columns": len(header),
        }
    if any("\udc80" <= letter <= "\udcff" for cell in cells for letter in cell):
        return _("The row is not written in %(encoding)s.") % {"encoding": table.encoding}
    return ""
