"""The font of what leaves the building: DejaVu Sans, cut to the scripts of Europe (LICENSE beside it).

PDF and charts are set with it alone, so that they look the same on every machine; letters that it lacks are shown as an
empty box, for a PDF that is read aloud must not hold any that cannot be shown.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
REGULAR, BOLD = FOLDER / "DejaVuSans.ttf", FOLDER / "DejaVuSans-Bold.ttf"
BOX = "\u25a1"
# Spaces that keep words together.
SPACES = "\u00a0\u202f"


def readable(value: Any) -> Any:
    """Return JSON with every text in it as the font can show it; what is never seen is left out."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else "".join(map(_shown, value))
    if isinstance(value, dict):
        return {name: readable(inner) for name, inner in value.items()}
    return [readable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _shown(letter: str) -> str:
    if ord(letter) in covered() and (letter.isprintable() or letter in SPACES):
        return letter
    if letter.isspace():
        return " "
    return BOX if letter.isprintable() else ""


@cache
def covered() -> frozenset[int]:
    """Return the code points that both cuts of the font have, as `covered.txt` lists them: first–last in each line."""
    ranges = (line.split("-") for line in (FOLDER / "covered.txt").read_text().split())
    return frozenset(point for first, last in ranges for point in range(int(first, 16), int(last, 16) + 1))
