"""One property of a row of the configuration: as it stands in a file, and how it comes from there into a row.

`told` says what a row has, `read` makes of a file's value what is `put`, or raises ValidationError. `needs_row`: it is
put once the row stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.duration import duration_string
from django.utils.translation import gettext as _

from accounts.sources import SAMPLE
from surveys.models import CustomerSegment, Survey

# What a file says of a row.
Values = Mapping[str, Any]
# What JSON has for a value of a field; for all others a text.
SHAPES: tuple[tuple[type, type], ...] = (
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.JSONField, dict),
    (ArrayField, list),
)
# Of one row: other rows that it names, and rows that belong to it.
MOST_LINKS = 1000
MOST_PARTS = 100
# What another row is called by in a file.
HANDLES = {
    "accounts.Brand": "slug",
    "accounts.Team": "name",
    "accounts.User": "email",
    "crm.Channel": "name",
    "crm.Product": "name",
    "followups.CodePool": "name",
    "followups.RootCause": "slug",
    "responses.Topic": "slug",
    "surveys.CustomerSegment": "name",
    "surveys.Survey": "name",
}


class FileColumn:
    """What all of them have."""

    needs_row: ClassVar = False

    def __init__(self, name: str, label: Any) -> None:
        self.name, self.label = name, label

    def told(self, row: Any) -> Any:
        raise TypeError(f"{type(self).__name__} tells nothing of {row!r}.")

    def read(self, value: Any) -> Any:
        return value

    def put(self, row: Any, value: Any) -> None:
        setattr(row, self.name, value)

    def normal(self, value: Any) -> Any:
        """Return a file's value as `told` would write it; as it is where it cannot be read."""
        return value


class PlainColumn(FileColumn):
    """A value of its own."""

    def __init__(self, field: models.Field[Any, Any]) -> None:
        super().__init__(field.name, field.verbose_name)
        self.field = field

    def told(self, row: Any) -> Any:
        return as_json(getattr(row, self.name))

    def read(self, value: Any) -> Any:
        check_shape(self.field, value)
        try:
            return self.field.clean(value, None)
        except OverflowError:
            raise ValidationError(_("This is too large.")) from None

    def normal(self, value: Any) -> Any:
        try:
            return as_json(self.read(value))
        except ValidationError:
            return value


class WordsColumn(PlainColumn):
    """Texts by language, or at a `depth` of 2 by language and name."""

    def __init__(self, field: models.Field[Any, Any], depth: int = 1) -> None:
        super().__init__(field)
        self.depth = depth

    def read(self, value: Any) -> Any:
        check_texts(value, self.depth)
        return super().read(value)


class LinkColumn(FileColumn):
    """Another row, called by its handle."""

    def __init__(self, field: Any) -> None:
        super().__init__(field.name, field.verbose_name)
        self.field = field
        self.handle = HANDLES[field.related_model._meta.label]

    def told(self, row: Any) -> Any:
        # A new row has none yet, even where it must have one.
        other = getattr(row, self.name, None)
        return None if other is None else getattr(other, self.handle)

    def read(self, value: Any) -> Any:
        return None if value is None and self.field.null else found_row(self.field.related_model, self.handle, value)


class LinksColumn(LinkColumn):
    """Several other rows."""

    needs_row = True

    def told(self, row: Any) -> Any:
        if row.pk is None:
            return []
        return sorted(str(handle) for handle in getattr(row, self.name).values_list(self.handle, flat=True))

    def read(self, value: Any) -> Any:
        if not isinstance(value, list):
            raise ValidationError(_("Write a list."))
        check_length(value, MOST_LINKS)
        return [found_row(self.field.related_model, self.handle, one) for one in value]

    def put(self, row: Any, value: Any) -> None:
        getattr(row, self.name).set(value)

    def normal(self, value: Any) -> Any:
        # Named twice, a row is there once.
        return sorted(once(value), key=str) if isinstance(value, list) else value


class PartsColumn(FileColumn):
    """Rows that belong to a row and stand in an order, as lists of their own columns."""

    needs_row = True

    def __init__(self, related: str, model: type[models.Model], owner: str, columns: Iterable[FileColumn]) -> None:
        super().__init__(related, model._meta.verbose_name_plural)
        self.model, self.owner, self.columns = model, owner, tuple(columns)

    def told(self, row: Any) -> Any:
        return [self._told(part) for part in self._of(row)] if row.pk else []

    def read(self, value: Any) -> Any:
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            raise ValidationError(_("Write a list."))
        check_length(value, MOST_PARTS)
        return [
            [(column, column.read(part[column.name])) for column in self.columns if column.name in part]
            for part in value
        ]

    def put(self, row: Any, value: Any) -> None:
        """Change the rows that are there, one after the other: what hangs on them stays where they stay."""
        there = list(self._of(row))
        for surplus in there[len(value) :]:
            surplus.delete()
        for place, columns in enumerate(value):
            part = there[place] if place < len(there) else self.model(**{self.owner: row})
            for column, read in columns:
                column.put(part, read)
            part.full_clean()
            part.save()

    def normal(self, value: Any) -> Any:
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            return value
        blank = self._told(self.model())
        names = {column.name: column for column in self.columns}
        return [
            blank | {name: names[name].normal(inner) for name, inner in part.items() if name in names} for part in value
        ]

    def _of(self, row: Any) -> Any:
        order = ("position", "pk") if any(column.name == "position" for column in self.columns) else ("pk",)
        return getattr(row, self.name).order_by(*order)

    def _told(self, part: Any) -> dict[str, Any]:
        return {column.name: column.told(part) for column in self.columns}


def columns(model: type[models.Model], names: str) -> tuple[FileColumn, ...]:
    """Return the columns of the fields of a model that are named, divided by blanks."""
    return tuple(_column(model._meta.get_field(name)) for name in names.split())


def as_json(value: Any) -> Any:
    """Return a value as it is written into a file."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, timedelta):
        return duration_string(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in value]
    return str(value) if isinstance(value, str) else value


def check_shape(field: Any, value: Any) -> None:
    """Raise ValidationError where a value is of a kind that JSON has not for this field."""
    wanted = next((shape for kind, shape in SHAPES if isinstance(field, kind)), str)
    if value is not None and type(value) is not wanted:
        said = {
            bool: _("Write true or false."), int: _("Write a whole number."), str: _("Write a text in quotes."),
            list: _("Write a list."), dict: _("Write values under names."),
        }  # fmt: skip
        raise ValidationError(said[wanted])
    if isinstance(field, ArrayField) and isinstance(value, list):
        for one in value:
            check_shape(field.base_field, one)


def check_length(value: list[Any], most: int) -> None:
    """Raise ValidationError where a list is longer than anybody's: each of it is looked up while somebody waits."""
    if len(value) > most:
        raise ValidationError(_("Write at most %(count)s.") % {"count": most})


def check_texts(value: Any, depth: int) -> None:
    """Raise ValidationError unless a value is texts under names, `depth` names deep."""
    if not isinstance(value, dict):
        raise ValidationError(_("Write values under names."))
    for inner in value.values():
        if depth > 1:
            check_texts(inner, depth - 1)
        elif not isinstance(inner, str):
            raise ValidationError(_("Write a text in quotes."))


def _column(field: Any) -> FileColumn:
    if field.many_to_many:
        return LinksColumn(field)
    if field.many_to_one or field.one_to_one:
        return LinkColumn(field)
    return WordsColumn(field) if isinstance(field, models.JSONField) else PlainColumn(field)


def found_row(model: Any, handle: str, value: Any) -> Any:
    """Return the row of a model that a file calls by its handle. Raises ValidationError."""
    what = {"what": model._meta.verbose_name, "name": value}
    if not isinstance(value, str):
        raise ValidationError(_("Write a text in quotes."))
    found = list(_in_reach(model).filter(**{handle: value})[:2])
    if not found:
        raise ValidationError(_("Not here: %(what)s “%(name)s”.") % what)
    if len(found) > 1:
        raise ValidationError(_("More than one here: %(what)s “%(name)s”.") % what)
    return found[0]


def _in_reach(model: Any) -> Any:
    """Return the rows that a file may name: neither samples nor what somebody keeps for themselves."""
    rows = model._default_manager.all()
    if model is CustomerSegment:
        rows = rows.filter(is_shared=True)
    if model is Survey:
        rows = rows.in_use()
    if any(field.name == "source" for field in model._meta.fields):
        rows = rows.exclude(source=SAMPLE)
    return rows


def once(values: list[Any]) -> list[Any]:
    """Return texts without what is said again."""
    return list(dict.fromkeys(values)) if all(isinstance(one, str) for one in values) else values
