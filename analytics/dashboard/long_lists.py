"""Lists that are too long to be opened: their rows are found by typing a part of a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from accounts.folded import fold

# A list of so many is still one that is opened and looked through.
LONGEST_OPENED = 50
MOST_OFFERED = 20


def labels(choices: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Return what each row is called here: by its name, and where several have it by its number too."""
    number = Counter(name for _pk, name in choices)
    return {pk: name if name and number[name] == 1 else f"{name} #{pk}".strip() for pk, name in choices}


def found(known: Mapping[int, str], typed: str) -> list[int]:
    """Return the rows that have in their name what is typed: those first that are called so, then those that begin so.

    Case, accents and apostrophes make no difference. Nothing typed finds nothing.
    """
    wanted = fold(typed).strip()
    if not wanted:
        return []
    folded = {pk: fold(label) for pk, label in known.items()}
    within = [pk for pk, label in folded.items() if wanted in label]
    return sorted(within, key=lambda pk: (folded[pk] != wanted, not folded[pk].startswith(wanted), folded[pk], pk))


def meant(known: Mapping[int, str], typed: str) -> list[int]:
    """Return the rows that are called as typed, else all that have it in their name."""
    within = found(known, typed)
    exact = [pk for pk in within if fold(known[pk]) == fold(typed).strip()]
    return exact or within
