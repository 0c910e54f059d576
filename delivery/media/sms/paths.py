"""Paths into the JSON of an answer, such as `data.0.id`.

Names and numbers of places, parted by dots. `#` is the name of the first entry where others give a list of them:
`info.#` of {"info": {"803": "380…"}} is 803. `*` is each element of a list, once in a path.
"""

from collections.abc import Iterator
from typing import Any

EACH, NAME = "*", "#"


def segments(path: str) -> list[str]:
    """Return the segments of a path. Raises ValueError where one is empty or there are several `*`."""
    found = path.split(".")
    if not all(found) or found.count(EACH) > 1 or any(part != part.strip() for part in found):
        raise ValueError(path)
    return found


def at(told: Any, path: str) -> Any:
    """Return what stands at a path without `*`, or None."""
    for part in path.split(".") if path else ():
        told = _step(told, part)
        if told is None:
            return None
    return told


def each(told: Any, paths: tuple[str, str]) -> Iterator[tuple[Any, Any]]:
    """Give what stands at two paths in each element of the list that both name with `*`."""
    (before, _each, first), (_before, _star, second) = [path.partition(f"{EACH}.") for path in paths]
    elements = at(told, before.removesuffix("."))
    for element in elements if isinstance(elements, list) else []:
        yield at(element, first), at(element, second)


def text(value: Any) -> str:
    """Return a value as it stands in JSON, a string without its quotes, nothing for lists and null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def _step(told: Any, part: str) -> Any:
    if isinstance(told, dict):
        return next(iter(told), None) if part == NAME else told.get(part)
    if isinstance(told, list) and part.isascii() and part.isdigit() and len(part) < 6 and int(part) < len(told):
        return told[int(part)]
    return None
