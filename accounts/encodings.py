"""In which encoding bytes are written: a byte order mark, UTF-16, UTF-8, or a Windows code page told by its letters.

Pure. Told apart are the code pages of Cyrillic (1251), Baltic (1257) and Western European letters (1252).
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# So many words with letters beyond ASCII tell the code page.
ENOUGH_WORDS = 5_000
# In another encoding a few letters make UTF-8 by chance, but never so many for each that does not.
GOOD_FOR_ONE_BAD = 3

# Upper bytes of the letters that we know; among the lower ones of a text in UTF-16 they are few.
LOW = bytes(range(9))
FEW, MOST = 0.3, 0.6

# Looked for at the beginnings of words alone: a cell of one long word would be gone through once for each letter.
_WORD = re.compile(rb"(?<![A-Za-z])[A-Za-z]*+[\x80-\xff][A-Za-z\x80-\xff]*")
_LETTERS = re.compile("[^\\W\\d_]+")
_UNREADABLE = re.compile("[\udc80-\udcff]")
_BALTIC = frozenset("ąčęėįšųūžāēģīķļņōłńśźżć")
_LITHUANIAN = frozenset("ąčęėįšųūž")
_WESTERN = frozenset("àâáçèêîíôùûúñãýïì")


@dataclass(frozen=True)
class Encoding:
    """`name` as Python knows it; `is_sure` unless the letters alone told it; `letters`: those seen beyond ASCII."""

    name: str
    is_sure: bool = True
    letters: int = field(default=0, compare=False)


def detect(blocks: Iterable[bytes]) -> Encoding:
    """Return the encoding of what is written in `blocks`, which begin at the first byte; all of them are looked at.

    Plain ASCII counts as UTF-8. Memory does not grow with the number of blocks.
    """
    blocks = iter(blocks)
    first = next(blocks, b"")
    if encoding := marked(first) or _with_zeros(first):
        return encoding
    letters = _Letters()
    letters.add(first)
    for block in blocks:
        letters.add(block)
    return letters.verdict()


def marked(start: bytes) -> Encoding | None:
    """Return the encoding that a byte order mark at the `start` tells, if there is one."""
    return next((Encoding(name) for mark, name in MARKS if start.startswith(mark)), None)


def _with_zeros(start: bytes) -> Encoding | None:
    """Tell UTF-16 by its upper bytes: those of Latin, Greek and Cyrillic letters, digits and separators are so low that
    no text of single bytes has them."""
    even, odd = (_share_of_low(start[first:4096:2]) for first in (0, 1))
    if even <= FEW and odd >= MOST:
        return Encoding("utf-16-le")
    if odd <= FEW and even >= MOST:
        return Encoding("utf-16-be")
    return None


def _share_of_low(part: bytes) -> float:
    return 1 - len(part.translate(None, LOW)) / len(part) if part else 0.0


@dataclass
class _Letters:
    """Counts the letters beyond ASCII: those that are UTF-8, and bytes that are not; keeps some words with them."""

    good: int = 0
    bad: int = 0
    words: list[bytes] = field(default_factory=list)
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("surrogateescape")
    )

    def add(self, block: bytes) -> None:
        if block.isascii() and not self.decoder.getstate()[0]:
            return
        text = self.decoder.decode(block)
        bad = len(_UNREADABLE.findall(text))
        self.bad += bad
        self.good += len(text) - len(text.encode("ascii", "ignore")) - bad
        if len(self.words) < ENOUGH_WORDS:
            self.words += _WORD.findall(block)[:ENOUGH_WORDS]

    def verdict(self) -> Encoding:
        bad = self.bad + len(self.decoder.getstate()[0])
        if self.good >= bad * GOOD_FOR_ONE_BAD:
            return Encoding("utf-8", letters=self.good)
        return Encoding(_code_page(self.words), is_sure=False, letters=bad)


def _code_page(words: list[bytes]) -> str:
    if _are_cyrillic(words):
        return "cp1251"
    return max(("cp1257", "cp1252"), key=lambda name: _likeness(words, name))


def _are_cyrillic(words: list[bytes]) -> bool:
    """Cyrillic words have no Latin letters among theirs; the words of other languages have mostly Latin letters."""
    pure = mixed = 0
    for word in words:
        for letters in _LETTERS.findall(word.decode("cp1251", "replace")):
            beyond = sum(letter > "\x7f" for letter in letters)
            if beyond == len(letters):
                pure += beyond
            else:
                mixed += beyond
    return pure > mixed


def _likeness(words: list[bytes], name: str) -> float:
    """Return how much the words look like those of the languages that are written in this code page."""
    text = b" ".join(words).decode(name, "replace").lower()
    if name == "cp1257":
        of_neighbours = sum(letter in _BALTIC for letter in text)
        return (of_neighbours + sum(letter in _LITHUANIAN for letter in text)) / 2 - 3 * text.count("\ufffd")
    return sum(letter in _WESTERN for letter in text) - 3 * text.count("\ufffd")
