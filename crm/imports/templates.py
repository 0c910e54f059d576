"""Text with the names of columns in braces, such as `{office} · {manager}`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.plaintext import quoted

LONGEST = 200
MOST_COLUMNS = 20
# What a row may make of it.
LONGEST_FILLED = 1_000

PIECE = re.compile(r"(?P<text>[^{}]+)|\{(?P<column>[^{}]+)\}")


class BadTemplate(ValueError):
    """The template cannot be used; the message says why."""


@dataclass(frozen=True)
class Template:
    """`pieces`: each a text and "", or "" and the name of a column."""

    pieces: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, written: str) -> "Template":
        """Return the template; a brace that belongs to no column and too many columns raise BadTemplate.

        Whatever stands between two braces is the name of a column: there is nothing else that a template can ask for.
        """
        found = list(PIECE.finditer(written))
        if len(written) > LONGEST or sum(piece.end() - piece.start() for piece in found) != len(written):
            raise BadTemplate(_("“%(value)s” is not a text with columns in braces.") % {"value": quoted(written)})
        template = cls(tuple((piece["text"] or "", piece["column"] or "") for piece in found))
        if not 1 <= len(template.columns) <= MOST_COLUMNS:
            raise BadTemplate(_("Name 1 to %(limit)d columns in braces.") % {"limit": MOST_COLUMNS})
        return template

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for _text, column in self.pieces if column)

    def filled(self, cells: Mapping[str, str]) -> str:
        """Return the text with the cells put in; "" when one of them is empty, ValueError when it gets too long."""
        values = {column: cells[column].strip() for column in self.columns}
        if not all(values.values()):
            return ""
        if sum(len(text) + len(values.get(column, "")) for text, column in self.pieces) > LONGEST_FILLED:
            raise ValueError(_("Use at most %(limit)d characters.") % {"limit": LONGEST_FILLED})
        return "".join(text or values[column] for text, column in self.pieces)
