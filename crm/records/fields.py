"""One field of a record: what it holds, and how a text of another system becomes its value."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeAlias

from django.db import models
from django.utils.translation import gettext as _

from accounts.plaintext import quoted
from crm import parsers
from crm.records import amounts, dates
from crm.records.notation import Notation

# A text that is not empty, or the number that a program sent, → its value; ValueError with a sentence for people.
Read: TypeAlias = Callable[[Any, Notation], Any]
# The value as it is kept and its label, for each value of a field that has only these.
Choices: TypeAlias = list[tuple[Any, Any]]

LONGEST_REFERENCE = 254


class Shape(Enum):
    """What kind of value a field holds; the API has a serializer field for each."""

    TEXT = auto()
    REFERENCE = auto()
    EMAIL = auto()
    PHONE = auto()
    MOMENT = auto()
    DAY = auto()
    AMOUNT = auto()
    YEAR = auto()
    CHOICE = auto()
    YES_NO = auto()
    LIST = auto()


@dataclass(frozen=True, kw_only=True)
class Field:
    """`empty`: the value of a field that is emptied. `longest`: characters that may be sent, 0 for any number.
    `may_be_empty`: unless no record can be without it. `is_for_files`: imports may fill it; `is_for_programs`: the API
    may. `item`: what each of a list is. `about`: for the documentation of the API."""

    shape: Shape
    read: Read
    empty: Any = ""
    longest: int = 0
    choices: Choices | None = None
    may_be_empty: bool = True
    is_for_files: bool = True
    is_for_programs: bool = True
    item: "Field | None" = None
    about: str = ""

    @property
    def is_of_phones(self) -> bool:
        """Whether the region of a row explains it."""
        return Shape.PHONE in (self.shape, self.item.shape if self.item else None)

    def __deepcopy__(self, _memo: Any) -> "Field":
        """Nothing can change it, so the serializers that copy it for each request need not."""
        return self


def text(longest: int, **more: Any) -> Field:
    return Field(shape=Shape.TEXT, read=lambda value, _notation: parsers.text(value, longest), longest=longest, **more)


def text_of(model: type[models.Model], name: str, **more: Any) -> Field:
    """Return a field for text that is as long as its column takes it."""
    return text(longest_of(model, name), **more)


def longest_of(model: type[models.Model], name: str) -> int:
    longest: Any = getattr(model._meta.get_field(name), "max_length", None)
    return int(longest)


def words(parse: Callable[[str], str], **more: Any) -> Field:
    """Return a field for text that `parse` brings into its one form."""
    return Field(**{"shape": Shape.TEXT, "read": lambda value, _notation: parse(value), **more})


def reference(longest: int = LONGEST_REFERENCE, **more: Any) -> Field:
    """Return a field for the external ID of another record, or the e-mail address of a person."""
    return words(lambda value: parsers.text(value, longest), shape=Shape.REFERENCE, empty=None, longest=longest, **more)


def external_id(longest: int, **more: Any) -> Field:
    return words(lambda value: parsers.identifier(value, longest), may_be_empty=False, longest=longest, **more)


def phone(**more: Any) -> Field:
    return Field(shape=Shape.PHONE, read=lambda value, notation: parsers.phone(value, notation.region), **more)


def several(item: Field, *, parted_by: str, **more: Any) -> Field:
    """Return a field for a list; in a file its items are parted by any of these characters or by new lines."""
    between = re.compile(rf"[{re.escape(parted_by)}\n]")

    def read(value: str, notation: Notation) -> tuple[Any, ...]:
        return tuple(item.read(part, notation) for part in between.split(value) if part.strip())

    return Field(shape=Shape.LIST, read=read, empty=(), item=item, **more)


def moment(**more: Any) -> Field:
    return Field(shape=Shape.MOMENT, read=dates.moment, empty=None, **more)


def day(**more: Any) -> Field:
    return Field(shape=Shape.DAY, read=dates.day, empty=None, **more)


def amount(**more: Any) -> Field:
    return Field(shape=Shape.AMOUNT, read=amounts.amount, empty=None, **more)


def year(**more: Any) -> Field:
    return Field(shape=Shape.YEAR, read=lambda value, _notation: parsers.year(value), empty=None, **more)


def yes_or_no(**more: Any) -> Field:
    return words(parsers.yes_or_no, shape=Shape.YES_NO, **more)  # type: ignore[arg-type]


def one_of(choices: Choices, **more: Any) -> Field:
    """Return a field for one of the lower-case values in `choices`; files may write it in capitals."""
    known = [value for value, _label in choices]

    def read(value: str, _notation: Notation) -> str:
        word = value.strip().lower()
        if word not in known:
            raise ValueError(
                _("“%(value)s” is not one of: %(known)s.") % {"value": quoted(value), "known": ", ".join(known)}
            )
        return word

    return Field(shape=Shape.CHOICE, read=read, choices=choices, may_be_empty=False, **more)
