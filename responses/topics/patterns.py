"""What words are looked for in comments, as an administrator writes them. Pure.

A pattern is a word (`брак`), the beginning of words (`достав*`), or several of both in their order (`термін* достав*`),
a phrase. It is compared with comments as they are searched: without case, accents and apostrophes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.folded import fold

LONGEST = 80
# A shorter beginning is the beginning of everything.
SHORTEST_BEGINNING = 2
# So long must what is known in Cyrillic letters be to be looked for in Latin ones too: shorter ones are other words.
SHORTEST_IN_LATIN = 5

_PIECE = re.compile(r"[^\W_]+\*?")
# The letters of Ukrainian and Russian as people without a Cyrillic keyboard write them, in two usual ways. Folded
# letters: й and ї are и and і here.
_LETTERS = "а б в г д е є ж з и і к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"
_ONE_WAY = "a b v g d e ie zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e iu ia"
_OTHER_WAY = "a b v g d e e zh z y i k l m n o p r s t u f h c ch sh sch - y - e yu ya"


def _way(latin: str) -> dict[int, str]:
    return str.maketrans(dict(zip(_LETTERS.split(), latin.replace("-", "").split(" "), strict=True)))


_WAYS = (_way(_ONE_WAY), _way(_OTHER_WAY))


class PatternError(ValueError):
    """Something that is no pattern: empty, too long, or with signs that no word has. Carries it as it was written."""


@dataclass(frozen=True, slots=True)
class PatternWord:
    """One word of a pattern, folded: the whole word, or what it begins with."""

    letters: str
    is_beginning: bool

    def fits(self, word: str) -> bool:
        return word.startswith(self.letters) if self.is_beginning else word == self.letters


def normal(text: str) -> str:
    """Return a text as it is compared; of a text that is folded already, too."""
    return fold(text).replace("ґ", "г")


def parse(pattern: str) -> tuple[PatternWord, ...]:
    """Return the words of a pattern; more than one make it a phrase. Raises PatternError."""
    pieces = normal(pattern).split()
    if not pieces or len(pattern) > LONGEST or not all(_is_part(piece) for piece in pieces):
        raise PatternError(pattern)
    return tuple(PatternWord(piece.removesuffix("*"), piece.endswith("*")) for piece in pieces)


def in_latin_letters(part: PatternWord) -> Iterator[PatternWord]:
    """Yield how else a word in Cyrillic letters may be written, where it is long enough to be told from others."""
    if len(part.letters) < SHORTEST_IN_LATIN or part.letters.isascii():
        return
    for way in _WAYS:
        letters = part.letters.translate(way)
        if letters.isascii():
            yield PatternWord(letters, part.is_beginning)


def _is_part(piece: str) -> bool:
    return _PIECE.fullmatch(piece) is not None and (
        not piece.endswith("*") or len(piece) - len("*") >= SHORTEST_BEGINNING
    )
