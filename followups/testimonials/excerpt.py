"""Shortened words of customers: parts may be left out, each place marked with “…”; no word may be changed. Pure."""

import re

MARK = "…"
_DOTS = re.compile(r"\[\s*…\s*\]|\[\s*\.{3}\s*\]|\.{3}|…")


def tidy(text: str) -> str:
    """Return the words with every mark written as one “…” and spaces where there were line ends."""
    return " ".join(_DOTS.sub(MARK, text).split())


def is_shortening(original: str, shortened: str) -> bool:
    """Say whether `shortened` is what is left of `original` when whole words are left out and each gap is marked."""
    whole, short = tidy(original), tidy(shortened)
    pieces = [piece.strip() for piece in short.split(MARK)]
    kept = [piece for piece in pieces if piece]
    if not kept or MARK not in short:
        return whole == short
    at = 0
    for piece in kept:
        found = _word_at(whole, piece, at)
        if found < 0 or (at == 0 and piece == pieces[0] and found > 0):
            return False
        at = found + len(piece)
    return not pieces[-1] or _ends_with_words(whole, pieces[-1])


def _word_at(whole: str, piece: str, start: int) -> int:
    """Return where the whole words of `piece` stand in `whole` from `start` on, −1 where they do not."""
    found = re.compile(rf"(?<!\w){re.escape(piece)}(?!\w)").search(whole, start)
    return found.start() if found else -1


def _ends_with_words(whole: str, piece: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(piece)}$", whole) is not None
