"""The bytes of an e-mail, as the standard library's `email` builds them."""

import binascii
import re
from collections.abc import Mapping, Sequence
from email.header import Header, decode_header, make_header
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import Any, NamedTuple

# RFC 2045: an encoded line has at most 76 characters. Nothing comes near the 998 of RFC 5322.
LINE = 76
# Neither encoding leaves “=_” in a body, so this never stands in one.
BOUNDARY = "=_plumb_alternatives"
BOUNDARY_OF_IMAGES = "=_plumb_images"
BOUNDARY_OF_FILES = "=_plumb_files"
# Quoted-printable writes each Cyrillic letter in six characters, base64 in less than three.
CYRILLIC = frozenset({"uk", "ru"})
# The length of =?utf-8?b??=
AROUND = 12
MAILBOX = re.compile(r'(?:"((?:[^"\\]|\\.)*)"|([^"<]*)) <([^<>]*)>')
SPECIALS = re.compile(r'[()<>@,:;".\[\]\\]')


def one_line(value: str) -> str:
    """Return `value` fit for a header: whitespace and control characters become single spaces."""
    if not value.isprintable():
        value = "".join(character if character.isprintable() else " " for character in value)
    return " ".join(value.split())


def address(name: str, mailbox: str) -> str:
    """Return `name <mailbox>`, the name quoted where it needs it, or the mailbox alone."""
    name = one_line(name)
    return f"{_quoted(name)} <{mailbox}>" if name else mailbox


def read_address(written: str) -> str:
    """Return what address() made before it was folded and encoded for a header."""
    name, mailbox = parseaddr(written.replace("\r\n", ""))
    return address(str(make_header(decode_header(name))), mailbox)


def _quoted(name: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"' if SPECIALS.search(name) else name


def _words(text: str, *, header: str) -> str:
    """Return header text folded, as RFC 2047 words unless it is plain ASCII."""
    used = len(header) + 2
    if text.isascii() and "=?" not in text:
        if used + len(text) <= LINE:
            return text
        return Header(text, "us-ascii", maxlinelen=LINE, header_name=header).encode(linesep="\r\n")
    words, word, room = [], b"", (LINE - used - AROUND) // 4 * 3
    for letter in map(str.encode, text):
        if len(word) + len(letter) > room:
            words.append(word)
            word, room = b"", (LINE - 1 - AROUND) // 4 * 3
        word += letter
    words.append(word)
    return "\r\n ".join(f"=?utf-8?b?{binascii.b2a_base64(word, newline=False).decode()}?=" for word in words)


class _Line(UnstructuredHeader):
    """A header on one line, whatever its length: `email` turns a long URL into RFC 2047 words that nobody reads."""

    name: str

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Keep the value as it is: a name that looks like an RFC 2047 word is still a name."""
        super().parse(value, kwds)
        kwds["decoded"] = value

    @staticmethod
    def written(name: str, value: str) -> str:  # noqa: ARG004 the same for every kind of header
        return value

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self.written(self.name, str(self))}\r\n"


class _Text(_Line):
    @staticmethod
    def written(name: str, value: str) -> str:
        return _words(value, header=name)


class _Mailbox(_Line):
    """One address as address() makes it; `email` itself needs ten times as long to read and fold it."""

    @staticmethod
    def written(name: str, value: str) -> str:
        match = MAILBOX.fullmatch(value)
        if match is None:
            return value
        quoted, bare, mailbox = match.groups()
        shown = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        words = _words(_quoted(shown) if shown.isascii() and "=?" not in shown else shown, header=name)
        used = len(words) - words.rfind("\n") - 1 if "\n" in words else len(name) + 2 + len(words)
        return f"{words} <{mailbox}>" if used + len(mailbox) + 3 <= LINE else f"{words}\r\n <{mailbox}>"


_LINES: dict[str, type[_Line]] = {
    "subject": _Text,
    "from": _Mailbox,
    "to": _Mailbox,
    "reply-to": _Mailbox,
    "message-id": _Line,
    "date": _Line,
    "list-unsubscribe": _Line,
    "list-unsubscribe-post": _Line,
    "in-reply-to": _Line,
}
_registry = HeaderRegistry()
for _name, _class in _LINES.items():
    _registry.map_to_type(_name, _class)  # type: ignore[arg-type]
POLICY = EmailPolicy(linesep="\r\n", max_line_length=LINE, cte_type="7bit", header_factory=_registry)


def header(name: str, value: str) -> bytes:
    """Return one header as it goes on the wire; `name` is one of those above."""
    return f"{name}: {_LINES[name.lower()].written(name, value)}\r\n".encode("ascii")


def text_encoding(language: str) -> str:
    """Return the transfer encoding of a plain text; HTML is mostly ASCII in every language: quoted-printable."""
    return "base64" if language in CYRILLIC else "quoted-printable"


class InlineImage(NamedTuple):
    """A PNG that the HTML of a letter shows as `cid:` and its name."""

    name: str
    png: bytes


def build(
    *, headers: Mapping[str, str], text: str, html: str, language: str, images: Sequence[InlineImage] = ()
) -> bytes:
    """Return a whole message: plain text, and HTML as its alternative where there is one, with the images it shows."""
    message = EmailMessage(policy=POLICY)
    for name, value in headers.items():
        message[name] = value
    message.set_content(text, cte=text_encoding(language))
    if html:
        part = MIMEPart(policy=POLICY)
        part.set_content(html, subtype="html", cte="quoted-printable")
        for image in images:
            part.add_related(
                image.png, "image", "png", cid=f"<{image.name}>", disposition="inline", filename=f"{image.name}.png"
            )
        if images:
            part.set_boundary(BOUNDARY_OF_IMAGES)
        message.make_alternative()
        message.attach(part)  # type: ignore[arg-type]
        message.set_boundary(BOUNDARY)
    return message.as_bytes()


class AttachedFile(NamedTuple):
    """A file that goes with a letter; `type`: a MIME type such as application/pdf."""

    name: str
    type: str
    content: bytes


def with_files(raw: bytes, files: Sequence[AttachedFile]) -> bytes:
    """Return a message that build() made with files behind it: what it was is its first part, byte for byte."""
    head, _blank, body = raw.partition(b"\r\n\r\n")
    # A header goes on in lines that begin with a space.
    headers = re.split(rb"\r\n(?![ \t])", head)
    of_the_part = [header for header in headers if header.lower().startswith(b"content-")]
    kind = f'Content-Type: multipart/mixed; boundary="{BOUNDARY_OF_FILES}"'.encode()
    own = [*(header for header in headers if header not in of_the_part), kind]
    parts = [b"\r\n".join([*of_the_part, b"", body]), *map(_attached, files)]
    opening, closing = (f"--{BOUNDARY_OF_FILES}{end}\r\n".encode() for end in ("", "--"))
    return b"\r\n".join([*own, b"", b""]) + b"".join(opening + part + b"\r\n" for part in parts) + closing


def _attached(file: AttachedFile) -> bytes:
    part, (maintype, _slash, subtype) = MIMEPart(policy=POLICY), file.type.partition("/")
    part.set_content(file.content, maintype, subtype, disposition="attachment", filename=one_line(file.name))
    return part.as_bytes()
