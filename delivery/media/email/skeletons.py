"""Messages of one wording differ in a few words and one token: all the rest is built once.

What a skeleton fills in is, byte for byte, what mime.build() makes of the same letter.
"""

import binascii
import html
import re
from collections.abc import Callable, Mapping, Sequence
from email import quoprimime
from functools import partial
from typing import Protocol

from delivery.media.email import mime

# Stands for the recipient's token: as long as one, and of characters that no encoding touches.
TOKEN = "Plumb-token_0123456789-abcdefghi"  # noqa: S105
SPLIT_TOKEN = re.compile("(?:=\r\n)?".join(TOKEN).encode())
MARK = re.compile(r"PLUMB-MARK-([a-z_]+)-END")

Values = Mapping[str, str]


def mark(name: str) -> str:
    """Return what stands in a skeleton for the value `name`."""
    return f"PLUMB-MARK-{name}-END"


class Skeleton:
    """A message with marks for the values and TOKEN for the token.

    `headers` that hold marks are written per recipient and come first; the others are kept as `email` folded them.
    """

    def __init__(
        self,
        *,
        headers: Mapping[str, str],
        text: str,
        html: str,
        language: str,
        images: Sequence[mime.InlineImage] = (),
    ) -> None:
        self._headers = {name: value for name, value in headers.items() if MARK.search(value)}
        base64 = mime.text_encoding(language) == "base64"
        self._plain: _Body = _Base64(text) if base64 else _QuotedPrintable(text, as_it_is)
        self._rich = _QuotedPrintable(html, as_html)
        whole = mime.build(headers=headers, text=text, html=html, language=language, images=images)
        head, _, rest = whole.partition(self._plain.encoded)
        between, _, end = rest.partition(self._rich.encoded)
        for name, value in self._headers.items():
            head = head.replace(mime.header(name, value), b"")
        self._head, self._between, self._end = _Fixed(head), between, end

    def fill(self, values: Values, *, token: str) -> bytes:
        """Return the letter with `values` (by mark; HTML is escaped here) and the 32-character `token` put in."""
        written = [mime.header(name, _put(value, values, mime.one_line)) for name, value in self._headers.items()]
        return b"".join(
            [
                *written,
                self._head.fill(token),
                self._plain.fill(values, token),
                self._between,
                self._rich.fill(values, token),
                self._end,
            ]
        )


def as_it_is(value: str) -> str:
    return value


def as_html(value: str) -> str:
    return html.escape(value).replace("\n", "<br>\n")


def _put(text: str, values: Values, write: Callable[[str], str]) -> str:
    return MARK.sub(lambda match: write(values[match[1]]), text)


class _Body(Protocol):
    encoded: bytes

    def fill(self, values: Values, token: str) -> bytes: ...


class _Fixed:
    """Bytes that stay the same but for the token, which a soft line break may have cut in two."""

    def __init__(self, encoded: bytes) -> None:
        self.encoded = encoded
        found = set(SPLIT_TOKEN.findall(encoded))
        self._cuts = [(cut, [TOKEN.encode().index(part) for part in cut.split(b"=\r\n")]) for cut in found]

    def fill(self, token: str) -> bytes:
        filled = self.encoded
        for cut, starts in self._cuts:
            ends = [*starts[1:], len(TOKEN)]
            pieces = [token[start:end].encode() for start, end in zip(starts, ends, strict=True)]
            filled = filled.replace(cut, b"=\r\n".join(pieces))
        return filled


class _QuotedPrintable:
    """Each line is encoded for itself, so only the lines that hold a mark have to be encoded per recipient."""

    def __init__(self, text: str, write: Callable[[str], str]) -> None:
        self.encoded = quoted_printable(text)
        self._write = write
        self._pieces: list[_Fixed | str] = []
        fixed: list[str] = []
        for line in text.removesuffix("\n").split("\n"):
            if MARK.search(line):
                self._keep(fixed)
                self._pieces.append(line)
                fixed = []
            else:
                fixed.append(line)
        self._keep(fixed)

    def _keep(self, lines: list[str]) -> None:
        if lines:
            self._pieces.append(_Fixed(quoted_printable("\n".join(lines) + "\n")))

    def fill(self, values: Values, token: str) -> bytes:
        put = partial(_put, values=values, write=self._write)
        return b"".join(
            quoted_printable(put(piece).replace(TOKEN, token) + "\n") if isinstance(piece, str) else piece.fill(token)
            for piece in self._pieces
        )


class _Base64:
    def __init__(self, text: str) -> None:
        self.encoded = base64(text)
        self._source = text

    def fill(self, values: Values, token: str) -> bytes:
        return base64(_put(self._source, values, as_it_is).replace(TOKEN, token))


def quoted_printable(text: str) -> bytes:
    """Return `text` as `email` encodes a body: quoted-printable, CRLF."""
    lines = text.encode().splitlines()
    body = b"\n".join(lines) + b"\n"
    return quoprimime.body_encode(body.decode("latin-1"), mime.LINE, "\r\n").encode("ascii")


def base64(text: str) -> bytes:
    """Return `text` as `email` encodes a body: base64 in lines of 76 characters, CRLF."""
    whole = binascii.b2a_base64(b"\r\n".join(text.encode().splitlines()) + b"\r\n", newline=False)
    return b"".join(whole[start : start + mime.LINE] + b"\r\n" for start in range(0, len(whole), mime.LINE))
