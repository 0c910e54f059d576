"""What is different between two texts, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class TextChange(StrEnum):
    SAME = "same"
    DROPPED = "dropped"
    ADDED = "added"


class Piece(NamedTuple):
    """A stretch of text and what became of it."""

    change: TextChange
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return both texts as one: without what was added it reads as `before`, without what was dropped as `after`."""
    return [piece for piece in _pieces(WORDS.findall(before), WORDS.findall(after)) if piece.text]


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(TextChange.SAME, "".join(before[start:end]))
        else:
            yield Piece(TextChange.DROPPED, "".join(before[start:end]))
            yield Piece(TextChange.ADDED, "".join(after[new_start:new_end]))
