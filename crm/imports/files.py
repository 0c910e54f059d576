"""The files of an import: where their bytes come from, and in which encoding they are written."""

import codecs
import io
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeAlias

from django.utils.translation import gettext as _

from accounts.encodings import Encoding, detect, marked
from accounts.plaintext import quoted

Files: TypeAlias = Mapping[str, Callable[[], BinaryIO]]

BLOCK = 64 * 1024
# Stands for a byte that is not in the encoding of its file, in the text that is read from it.
UNREADABLE = "\udcff"
# So many letters beyond ASCII are not UTF-8 by chance.
NO_CHANCE = 4
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
# These would have been found by themselves, and nothing else can be read as one of them.
SELF_TOLD = ("utf-16", "utf-32")
# What is sent by mistake, by its first bytes.
NOT_CSV = {
    b"PK\x03\x04": "Excel, OpenOffice, ZIP",
    b"\xd0\xcf\x11\xe0": "Excel",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
}


class BadFile(Exception):
    """A file cannot be used at all; the message says which and why, and what to do."""


def directory(path: Path) -> Files:
    """Return the files of a folder."""
    return {file.name: partial(_open, file) for file in sorted(path.iterdir()) if file.is_file()}


def _open(file: Path) -> BinaryIO:
    return file.open("rb")


def uploads(contents: Mapping[str, bytes]) -> Files:
    return {name: partial(io.BytesIO, content) for name, content in contents.items()}


def encoding_of(files: Files, file: str, declared: str) -> Encoding:
    """Return the encoding in which a file is to be read; it is read whole once, block by block.

    `declared` is Python's name of the encoding, "" to have it detected. BadFile when the file is missing, is no text,
    or proves to be in another Unicode encoding than was declared.
    """
    if file not in files:
        raise BadFile(_("There is no file “%(file)s”.") % {"file": quoted(file)})
    with files[file]() as stream:
        start = stream.read(BLOCK)
        _is_text(file, start)
        found = detect(_blocks(start, stream))
    if not declared or (declared in UNICODE and _is_kin(declared, found)):
        return found
    contradicts = (
        marked(start) is not None or declared in SELF_TOLD or (found.name in UNICODE and found.letters >= NO_CHANCE)
    )
    if contradicts and not _is_kin(declared, found):
        raise BadFile(
            _("%(file)s is written in %(found)s, not in %(declared)s. Leave `encoding` out, or correct it.")
            % {"file": file, "found": shown(found.name), "declared": shown(declared)}
        )
    return Encoding(declared)


def _blocks(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield start
    while block := stream.read(BLOCK):
        yield block


def _is_text(file: str, start: bytes) -> None:
    for beginning, name in NOT_CSV.items():
        if start.startswith(beginning):
            raise BadFile(
                _("%(file)s is not a CSV file but %(found)s. Save it as “CSV UTF-8” and send that.")
                % {"file": file, "found": name}
            )


def _is_kin(one: str, other: Encoding) -> bool:
    return one[:5] == other.name[:5]


def opened(files: Files, file: str, encoding: Encoding) -> io.TextIOWrapper:
    """Open a file as text that keeps its line ends; what is not in the encoding is UNREADABLE there."""
    return io.TextIOWrapper(files[file](), encoding=encoding.name, errors="unreadable", newline="")


def shown(name: str) -> str:
    """Return the name of an encoding as people write it."""
    return name.removesuffix("-sig").upper()


def _mark_unreadable(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 (nothing is encoded here)
    return UNREADABLE, error.end


codecs.register_error("unreadable", _mark_unreadable)
