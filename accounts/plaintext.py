"""The one door for text from outside: what comes out can be stored, shown and compared.

Pure. `clean` takes whatever there is and never fails, for letters and for what people type. `readable` refuses what
shows that a text was damaged on its way, for records of other systems. `quoted` names a value in a sentence.
"""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from accounts.encodings import detect

# C0 and C1 controls but tab and line feed; overrides, embeddings and isolates, which show text in another order than
# it is read; marks of byte order and annotation; what Unicode never assigns.
_NEVER = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]"
)
# Marks of direction, without which Hebrew or Arabic beside digits is shown wrongly.
_MARKS = re.compile("[\u061c\u200e\u200f]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DAMAGE = re.compile("[\x00\ud800-\udfff]")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def clean(text: str, *, limit: int | None = None, lines: bool = False) -> str:
    """Return `text` in NFC, trimmed, without control characters, at most `limit` characters long.

    Halves of surrogate pairs become U+FFFD. Line ends and tabs stay with `lines`, the former as "\\n"; else they become
    spaces. Marks of direction stay where there is anything to read from right to left. Doing it twice changes nothing.
    """
    if not (text.isascii() and text.isprintable()):
        text = _harmless(text, lines)
    text = text.strip()
    if limit is None or len(text) <= limit:
        return text
    return clean(text[:limit], lines=lines)


def _harmless(text: str, lines: bool) -> str:
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _NEVER.sub("", _LINE_ENDS.sub("\n", text))
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    if _MARKS.search(text) and not any(
        unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in _MARKS.sub("", text)
    ):
        text = _MARKS.sub("", text)
    return unicodedata.normalize("NFC", text)


def cleaned(value: Any) -> Any:
    """Return what is to be kept as JSON with every text in it as `clean` returns it, names too."""
    if isinstance(value, str):
        return clean(value, lines=True)
    if isinstance(value, dict):
        return {cleaned(name): cleaned(inner) for name, inner in value.items()}
    return [cleaned(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def readable(text: str, *, lines: bool = False) -> str:
    """Return `text` as `clean` does, or raise ValueError with a sentence when it is damaged."""
    return clean(undamaged(text), lines=lines)


def undamaged(text: str) -> str:
    """Return `text` as it is, or raise ValueError with a sentence when it holds what no writing has."""
    if is_damaged(text):
        raise ValueError(_("Remove the null characters and halves of surrogate pairs."))
    return text


def is_damaged(text: str) -> bool:
    """Say whether `text` holds null characters or halves of surrogate pairs, which PostgreSQL refuses."""
    return _DAMAGE.search(text) is not None


def quoted(text: str, limit: int = 60) -> str:
    """Return `text` to be named in a sentence: one line of at most `limit` characters, escapes for what is unseen."""
    shown = "".join(letter if letter.isprintable() else _escape(letter) for letter in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def decoded(raw: bytes, declared: str = "") -> str:
    """Return the text of `raw`, read in the encoding that was declared when that is known and fits, else in the one
    that fits best; bytes that fit none become U+FFFD."""
    try:
        return raw.decode(declared or "utf-8")
    except (LookupError, ValueError):
        return raw.decode(detect([raw]).name, "replace")
