"""Mails as they arrive: bytes of anybody, read within bounds and without trust in their headers."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Part
from email.utils import parsedate_to_datetime

from accounts.plaintext import clean, decoded

# What is read of a mail at most, in bytes. A report says at its beginning what it has to say.
LARGEST = 262_144
# Far more than any report has. Each costs time, and nested ones the stack.
MOST_PARTS = 100
LONGEST_FIELD = 2000
# Before it no mail of ours was written.
FIRST_YEAR = 2000
ADDRESS = re.compile(r"[^\s<>;,:()\"\[\]]+@[^\s<>;,:()\"\[\]]+")
# RFC 6533 writes a character outside ASCII like this where only ASCII may stand.
ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")


class Overgrown(Exception):
    """A mail of more parts than any report has."""


def read(raw: bytes) -> Part:
    """Return the beginning of a mail as parts; raise Overgrown when there are too many of them."""
    raw = raw[:LARGEST]
    if raw.lower().count(b"content-type:") > MOST_PARTS or raw.count(b"\n--") > MOST_PARTS:
        raise Overgrown("The mail has too many parts.")
    return message_from_bytes(raw, policy=policy.compat32)


def fields(part: Part, name: str) -> list[str]:
    """Return the values of a header as text fit to be stored, whatever bytes stood there."""
    found = [value for field, value in part.raw_items() if field.lower() == name.lower()]
    return [clean(decoded(str(value).encode("utf-8", "surrogateescape")), limit=LONGEST_FIELD) for value in found]


def field(part: Part, name: str) -> str:
    """Return the first value of a header, or ""."""
    return next(iter(fields(part, name)), "")


def words(part: Part, name: str) -> str:
    """Return the first value of a header, its RFC 2047 words as they are read; one letter may be parted among them."""
    return shown(field(part, name))


def shown(written: str) -> str:
    """Return text of a header with its RFC 2047 words as they are read."""
    if "=?" not in written:
        return written
    try:
        pieces = decode_header(written)
    except (HeaderParseError, ValueError):
        return written
    # What stands between such words comes back in this encoding.
    read = (decoded(piece, charset or "raw-unicode-escape") if isinstance(piece, bytes) else piece
            for piece, charset in pieces)  # fmt: skip
    return clean("".join(read), limit=LONGEST_FIELD)


def text(part: Part) -> str:
    """Return the text of a part that is no container, in lines, whatever encodings it claims."""
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes):
        return ""
    return clean(decoded(body, part.get_content_charset("")), lines=True)


def addresses(value: str) -> frozenset[str]:
    """Return the addresses in a header or a line, in lower case."""
    plain = ESCAPED.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), value)
    return frozenset(address.lower() for address in ADDRESS.findall(plain) if address.isprintable())


def seen(text: str) -> str:
    """Return one line of text without what nobody sees of it, such as soft hyphens."""
    return "".join(letter for letter in text if letter.isprintable())


def written_at(mail: Part, now: datetime) -> datetime:
    """Return when a mail was written as its Date says, never later than now; now when it says nothing sensible."""
    try:
        at = parsedate_to_datetime(field(mail, "Date"))
        # PostgreSQL refuses offsets that Python reads, such as +1700.
        at = at.astimezone(UTC) if at.tzinfo else at
    except (TypeError, ValueError, IndexError, OverflowError):
        return now
    return min(at, now) if at.tzinfo and at.year >= FIRST_YEAR else now
