"""Forms of the administration that read as sentences, each field where its value stands in the words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django import forms
from django.contrib.admin.helpers import AdminField, AdminForm, AdminReadonlyField
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

SLOT = re.compile(r"\{(\w+)\}")

Words = str | Promise


class FormBox(NamedTuple):
    """A box of a form. A sentence names its fields in braces, so that every language has them in its own order.

    `note` stands under the heading; a box that `folds` shows its heading alone until it is opened, or has an error.
    """

    heading: Words
    sentences: Sequence[Words]
    note: Words = ""
    folds: bool = False

    @property
    def fields(self) -> list[str]:
        return [name for sentence in self.sentences for name in SLOT.findall(str(sentence))]


@dataclass(frozen=True)
class Slot:
    """The place of a field in a sentence: the field itself, or its value where it may only be read."""

    name: str
    label: str
    help: str = ""
    bound: forms.BoundField | None = None
    contents: str = ""

    def __str__(self) -> SafeString:
        # without the line's end after the template, which would be a space before a comma
        return mark_safe(render_to_string("admin/told/_slot.html", {"slot": self}).strip())  # noqa: S308 a template's

    @property
    def is_switch(self) -> bool:
        return self.bound is not None and isinstance(self.bound.field.widget, forms.CheckboxInput)

    @property
    def is_group(self) -> bool:
        return self.bound is not None and bool(self.bound.field.widget.use_fieldset)

    @property
    def is_folded(self) -> bool:
        """Whether what is chosen stands in the sentence and the list to choose from unfolds."""
        return self.bound is not None and hasattr(self.bound.field.widget, "chosen")

    @property
    def chosen(self) -> str:
        assert self.bound is not None  # noqa: S101 asked for folded ones alone
        said: str = self.bound.field.widget.chosen(self.bound.value())
        return said

    @property
    def typed(self) -> str:
        assert self.bound is not None  # noqa: S101 asked for folded ones alone
        said: str = self.bound.field.widget.typed(self.bound.value())
        return said

    @property
    def is_open(self) -> bool:
        return self.bound is not None and bool(self.bound.errors)


@dataclass(frozen=True)
class FilledSentence:
    pieces: list[str | Slot]

    @property
    def slots(self) -> list[Slot]:
        return [piece for piece in self.pieces if isinstance(piece, Slot)]


class FilledBox(NamedTuple):
    box: FormBox
    sentences: list[FilledSentence]

    @property
    def has_errors(self) -> bool:
        return any(slot.is_open for sentence in self.sentences for slot in sentence.slots)


class ToldInParts:
    """A form of the administration, of a page or of one row of an inline formset, told in `parts`."""

    parts: Sequence[FormBox] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(part.heading, {"fields": part.fields}) for part in self.parts]

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> forms.Field | None:
        """Leave out the buttons beside a list that lead away from the sentence."""
        made: forms.Field | None = super().formfield_for_dbfield(*args, **kwargs)  # type: ignore[misc]
        if made is not None and isinstance(made.widget, RelatedFieldWidgetWrapper):
            made.widget = made.widget.widget
        return made


class InlineSentences(ToldInParts):
    """Rows of an inline formset told in sentences."""

    template = "admin/told/rows.html"


class ReadsAsSentences(ToldInParts):
    """An admin page whose form is told in sentences; its template is, or extends, admin/told/change_form.html."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["told"] = fill(self.parts, context["adminform"])
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc,no-any-return]


def fill(parts: Sequence[FormBox], form: AdminForm) -> list[FilledBox]:
    """Return the parts with the fields of `form` in them."""
    slots = {slot.name: slot for slot in _slots(form)}
    return [FilledBox(part, [_sentence(str(words), slots) for words in part.sentences]) for part in parts]


def _sentence(words: str, slots: dict[str, Slot]) -> FilledSentence:
    # a split by one group alternates what stands between with what the group holds
    pieces = [slots[piece] if place % 2 else piece for place, piece in enumerate(SLOT.split(words))]
    first, *others = [piece for piece in pieces if piece]
    return FilledSentence([first, *(_within(piece) for piece in others)])


def _within(piece: str | Slot) -> str | Slot:
    """Begin the words of a switch small where they do not begin the sentence."""
    if isinstance(piece, str) or not piece.is_switch:
        return piece
    return replace(piece, label=piece.label[:1].lower() + piece.label[1:])


def _slots(form: AdminForm) -> Iterator[Slot]:
    for fieldset in form:
        for line in fieldset:
            for one in line:
                yield _slot(one)


def _slot(one: AdminField | AdminReadonlyField) -> Slot:
    if isinstance(one, AdminReadonlyField):
        return Slot(one.field["name"], one.field["label"], one.field["help_text"], contents=one.contents())
    return Slot(one.field.name, str(one.field.label), str(one.field.help_text or ""), one.field)
