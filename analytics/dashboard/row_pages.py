"""Long tables in pages: so many rows at a time, or those whose names have what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.paginator import Paginator
from django.http import QueryDict

from accounts.folded import fold

ROWS = 25

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class RowPage(Generic[Item]):
    """The rows of one page of the table `key`, those before and after it an address away.

    `typed` is what was looked for; `kept` is the rest of the address, which the search leaves alone.
    """

    key: str
    rows: list[Item]
    # Of all rows so many have in their names what was typed.
    found: int
    of: int
    number: int
    last: int
    typed: str
    previous_url: str
    next_url: str
    kept: list[tuple[str, str]]

    @property
    def search(self) -> str:
        """The parameter of an address that holds what is looked for."""
        return search_of(self.key)

    @property
    def is_searched(self) -> bool:
        """Whether there is a search: not where one page has it all."""
        return self.of > ROWS or bool(self.typed)


def page_of(rows: Sequence[Item], name: Callable[[Item], str], query: QueryDict, key: str) -> RowPage[Item]:
    """Return the page of the table `key` that the address asks for, the nearest where there is none of that number.

    Case, accents and apostrophes make no difference to what is looked for.
    """
    typed = query.get(search_of(key), "").strip()
    wanted = fold(typed).strip()
    named = [row for row in rows if wanted in fold(name(row))] if wanted else list(rows)
    pages = Paginator(named, ROWS)
    shown = pages.get_page(query.get(_page(key)))
    return RowPage(
        key=key,
        rows=list(shown),
        found=len(named),
        of=len(rows),
        number=shown.number,
        last=pages.num_pages,
        typed=typed,
        previous_url=_to(query, key, shown.number - 1) if shown.has_previous() else "",
        next_url=_to(query, key, shown.number + 1) if shown.has_next() else "",
        kept=[
            (other, value)
            for other, values in query.lists()
            if other not in (search_of(key), _page(key))
            for value in values
        ],
    )


def first_page(key: str) -> dict[str, str]:
    """Return what an address says to show the first page, whichever was shown."""
    return {_page(key): ""}


def search_of(key: str) -> str:
    """Return the parameter of an address that holds what is looked for in the table `key`."""
    return f"{key}_find"


def _page(key: str) -> str:
    return f"{key}_page"


def _to(query: QueryDict, key: str, number: int) -> str:
    changed = query.copy()
    changed[_page(key)] = str(number)
    return f"?{changed.urlencode()}#{key}"
