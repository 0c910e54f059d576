"""One property of a row of the configuration: as it stands in a file, and how it comes from there into a row.

`told` says what a row has, `read` makes of a file's value what is `put`, or raises ValidationError. `needs_row`: it is
put once the row stands.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.duration import duration_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import logos
from accounts.customerlanguages import spoken
from accounts.logos import Logo, NotALogo
from accounts.models import BrandLogo, Team, User
from accounts.sources import SAMPLE
from crm.models import Channel, Product
from responses.models import Topic, TopicDictionary
from responses.topics import upkeep
from responses.topics.patterns import PatternError, parse
from surveys import services
from surveys.models import CustomerSegment, Survey, SurveyVersion
from surveys.wording.texts import FIELDS

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


class ConditionsColumn(PlainColumn):
    """Of a segment; what they choose by a key here stands in a file by its handle. Their form reads the rest."""

    KEYS: ClassVar[dict[str, type[models.Model]]] = {
        "product": Product, "channel": Channel, "team": Team, "manager": User,
    }  # fmt: skip

    def told(self, row: Any) -> Any:
        return {name: self._handle(name, value) for name, value in row.conditions.items()}

    def read(self, value: Any) -> Any:
        check_texts(value, 1)
        read = {name: self._key(name, handle) for name, handle in value.items()}
        return super().read(read)

    def normal(self, value: Any) -> Any:
        return value

    def _handle(self, name: str, value: str) -> str:
        """Return the handle of a key; of a row that has none, or is gone, what is found nowhere else."""
        if name not in self.KEYS:
            return value
        model = self.KEYS[name]
        handle = HANDLES[model._meta.label]
        keys = {"pk": value} if str(value).isdecimal() else {"pk": None}
        return str(model._default_manager.filter(**keys).values_list(handle, flat=True).first() or f"#{value}")

    def _key(self, name: str, handle: str) -> str:
        return (
            str(_found(self.KEYS[name], HANDLES[self.KEYS[name]._meta.label], handle).pk)
            if name in self.KEYS
            else handle
        )


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
        return None if value is None and self.field.null else _found(self.field.related_model, self.handle, value)


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
        return [_found(self.field.related_model, self.handle, one) for one in value]

    def put(self, row: Any, value: Any) -> None:
        getattr(row, self.name).set(value)

    def normal(self, value: Any) -> Any:
        # Named twice, a row is there once.
        return sorted(_once(value), key=str) if isinstance(value, list) else value


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


class WordingColumn(FileColumn):
    """The newest wording of a survey, published or not. From a file it comes as a draft."""

    needs_row = True

    def __init__(self) -> None:
        super().__init__("wording", gettext_lazy("wording"))

    def told(self, row: Survey) -> Any:
        newest = row.versions.order_by("-number").first() if row.pk else None
        return newest.texts if newest else None

    def read(self, value: Any) -> Any:
        if value is None:
            return None
        check_texts(value, 2)
        if unknown := sorted(code for code in value if not spoken.is_offered(code)):
            raise ValidationError(_("Customers are not asked in: %(names)s.") % {"names": ", ".join(unknown)})
        if unknown := sorted({field for texts in value.values() for field in texts} - set(FIELDS)):
            raise ValidationError(
                _("A wording has no texts of these names: %(names)s.") % {"names": ", ".join(unknown)}
            )
        return value

    def put(self, row: Survey, value: Any) -> None:
        draft = services.draft_of(row)
        if value is not None:
            SurveyVersion.objects.filter(pk=draft.pk).update(texts=value)


class PatternsColumn(FileColumn):
    """The words by which a topic is found in comments, by language. A change of them makes a new dictionary."""

    needs_row = True

    def __init__(self) -> None:
        super().__init__("words", gettext_lazy("words"))

    def told(self, row: Topic) -> Any:
        return TopicDictionary.newest().patterns.get(row.slug, {}) if row.pk else {}

    def read(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError(_("Write values under names."))
        for words in value.values():
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise ValidationError(_("Write a list."))
            check_length(words, MOST_LINKS)
            for word in words:
                _check_pattern(word)
        return {language: _once(words) for language, words in value.items() if words}

    def put(self, row: Topic, value: Any) -> None:
        newest = TopicDictionary.newest()
        patterns = {**newest.patterns, row.slug: value or {}}
        try:
            upkeep.publish(patterns=patterns, ignored=newest.ignored, by=None, instead_of=newest.number)
        except upkeep.OutdatedDictionary:
            raise ValidationError(_("Somebody has changed the words meanwhile. Load the page again.")) from None

    def normal(self, value: Any) -> Any:
        try:
            return self.read(value)
        except ValidationError:
            return value


class PictureColumn(FileColumn):
    """The logo of a brand."""

    needs_row = True

    def __init__(self) -> None:
        super().__init__("picture", gettext_lazy("logo"))

    def told(self, row: Any) -> Any:
        kept = BrandLogo.objects.filter(brand=row.pk).first() if row.pk else None
        return b64encode(kept.png).decode() if kept else None

    def read(self, value: Any) -> Logo | None:
        if value is None:
            return None
        try:
            return logos.read(b64decode(value, validate=True))
        except NotALogo as error:
            raise ValidationError(str(error)) from error
        except (ValueError, TypeError) as error:
            raise ValidationError(_("This is no picture written as base64.")) from error

    def put(self, row: Any, value: Logo | None) -> None:
        BrandLogo.keep(row, value)


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


def _check_pattern(word: str) -> None:
    try:
        parse(word)
    except PatternError:
        raise ValidationError(upkeep.NO_PATTERN % {"line": word}) from None


def _found(model: Any, handle: str, value: Any) -> Any:
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
    if any(field.name == "source" for field in model._meta.fields):
        rows = rows.exclude(source=SAMPLE)
    return rows


def _once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values)) if all(isinstance(one, str) for one in values) else values
