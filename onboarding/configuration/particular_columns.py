"""Properties that only one kind of row has: a segment's conditions, a wording, the words of a topic, a logo."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import actors, logos
from accounts.customerlanguages import spoken
from accounts.logos import Logo, NotALogo
from accounts.models import BrandLogo, Team, User
from crm.models import Channel, Product
from onboarding.configuration.columns import (
    HANDLES,
    MOST_LINKS,
    FileColumn,
    PlainColumn,
    check_length,
    check_texts,
    found_row,
    once,
)
from responses.models import Entry, Topic, TopicDictionary
from responses.topics import upkeep
from responses.topics.patterns import PatternError, parse
from surveys import services
from surveys.models import Survey, SurveyVersion
from surveys.wording.texts import EVERY_FIELD

# In which a topic has words.
MOST_LANGUAGES = 40


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
            str(found_row(self.KEYS[name], HANDLES[self.KEYS[name]._meta.label], handle).pk)
            if name in self.KEYS
            else handle
        )


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
        if unknown := sorted({field for texts in value.values() for field in texts} - set(EVERY_FIELD)):
            raise ValidationError(
                _("A wording has no texts of these names: %(names)s.") % {"names": ", ".join(unknown)}
            )
        return value

    def put(self, row: Survey, value: Any) -> None:
        draft = services.draft_of(row)
        if value is not None:
            SurveyVersion.objects.filter(pk=draft.pk).update(texts=value)


class EntryNameColumn(PlainColumn):
    """The name of an open link or a kiosk, which is that of the entry by which its answers come in."""

    def __init__(self) -> None:
        super().__init__(Entry._meta.get_field("name"))

    def told(self, row: Any) -> Any:
        return row.entry.name if row.entry_id else ""

    def read(self, value: Any) -> Any:
        read = super().read(value)
        if not read:
            raise ValidationError(self.field.error_messages["blank"])
        return read

    def put(self, row: Any, value: Any) -> None:
        if row.entry_id:
            Entry.objects.filter(pk=row.entry_id).update(name=value)
        else:
            row.entry = Entry.objects.create(kind=row.KIND, origin=row.ORIGIN, name=value)


class PatternsColumn(FileColumn):
    """The words by which a topic is found in comments, by language. A change of them makes a new dictionary."""

    needs_row = True

    def __init__(self) -> None:
        super().__init__("words", gettext_lazy("words"))

    def told(self, row: Topic) -> Any:
        return self.normal(TopicDictionary.newest().patterns.get(row.slug, {})) if row.pk else {}

    def read(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError(_("Write values under names."))
        check_length(list(value), MOST_LANGUAGES)
        for words in value.values():
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise ValidationError(_("Write a list."))
            check_length(words, MOST_LINKS)
            for word in words:
                _check_pattern(word)
        return {
            language: once([" ".join(word.split()) for word in words]) for language, words in value.items() if words
        }

    def put(self, row: Topic, value: Any) -> None:
        newest = TopicDictionary.newest()
        patterns, by = {**newest.patterns, row.slug: value or {}}, actors.actor().person
        try:
            upkeep.publish(patterns=patterns, ignored=newest.ignored, by=by, instead_of=newest.number)
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


def _check_pattern(word: str) -> None:
    try:
        parse(word)
    except PatternError:
        raise ValidationError(upkeep.NO_PATTERN % {"line": word}) from None
