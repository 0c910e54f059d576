"""What is attached to a mail: named, with its type and size. It is not opened and not kept; it stays in the mailbox."""

from collections.abc import Iterable
from email.message import Message as Part
from typing import TypedDict

from accounts.plaintext import clean
from delivery.media.email import arrivals
from delivery.media.email.replies import outline

MOST = 20
LONGEST_NAME, LONGEST_TYPE = 150, 100
# What files begin with, and the type that says so. What is not here is not judged.
BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"#!", "text/x-script"),
    (b"Rar!", "application/x-rar"),
    (b"7z\xbc\xaf", "application/x-7z-compressed"),
)
# Types that are others inside: a spreadsheet of today is a zip, one of yesterday OLE.
INSIDE = {
    "application/zip": (
        "application/vnd.openxmlformats",
        "application/vnd.oasis",
        "application/epub",
        "application/x-zip",
    ),
    "application/x-ole-storage": ("application/msword", "application/vnd.ms-", "application/x-msi"),
    "image/jpeg": ("image/jpg", "image/pjpeg"),
}  # fmt: skip
ANYTHING = ("application/octet-stream", "")


class ListedFile(TypedDict):
    """`size` in bytes, as far as it was read; `looks_like`: another type than the one named, or ""."""

    name: str
    type: str
    size: int
    looks_like: str


def listed(parts: Iterable[Part]) -> list[ListedFile]:
    """Return the first MOST of these parts of a mail, each as what it says it is and what it begins like."""
    return [_file(part) for part, _place in zip(parts, range(MOST), strict=False)]


def _file(part: Part) -> ListedFile:
    declared = clean(part.get_content_type(), limit=LONGEST_TYPE)
    content, more = _content(part)
    return ListedFile(
        name=_name(part), type=declared, size=len(content) + more, looks_like=looks_like(content, declared)
    )


def _content(part: Part) -> tuple[bytes, int]:
    """Return what is there of a file, and how many bytes of it were left out."""
    if part.is_multipart():
        # A mail inside a mail, whose own files are as they were sent.
        written, more = outline.parted("".join(map(str, part.get_payload())))
        return written.encode("utf-8", "replace"), more * 4 // 3
    encoded, more = part.get_payload(), 0
    if isinstance(encoded, str):
        encoded, more = outline.parted(encoded)
        part.set_payload(encoded)
    content = part.get_payload(decode=True)
    return (content if isinstance(content, bytes) else b""), more


def _name(part: Part) -> str:
    """Return the name of a file, without the folders that it claims to lie in."""
    try:
        given = part.get_filename("") or ""
    except (ValueError, LookupError):
        given = ""
    name = clean(arrivals.shown(given).replace("\\", "/").rpartition("/")[2])
    beginning, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME:
        return name
    # How it ends says what it is.
    return f"{beginning[: LONGEST_NAME - len(ending) - 2]}…{dot}{ending}" if len(ending) < 10 else name[:LONGEST_NAME]


def looks_like(content: bytes, declared: str) -> str:
    """Return the type that a file begins like when that is not the one that is `declared`, else ""."""
    seen = next((kind for beginning, kind in BEGINNINGS if content.startswith(beginning)), "")
    is_known = declared == seen or declared in ANYTHING or declared.startswith(INSIDE.get(seen, ()) or ("\n",))
    harmful = seen in ("application/x-msdownload", "application/x-executable", "text/x-script")
    return seen if seen and (not is_known or (harmful and declared != seen)) else ""
