"""The form in which the further questions of a draft are written, all languages of the brand side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customerlanguages import spoken
from accounts.form_fields import PlainField
from surveys.metrics import SCALES, Tier
from surveys.models import SurveyVersion
from surveys.wording import drafts
from surveys.wording.further import (
    FEWEST_OPTIONS,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST,
    OPTIONS,
    FurtherQuestion,
    QuestionKind,
    Questions,
    QuestionText,
    new_key,
)
from surveys.wording.texts import PLACEHOLDERS, unknown_placeholders

# What is written of a question in each language.
STEMS = ("question", *(f"option-{number}" for number in OPTIONS), "low", "high")


class QuestionColumn(NamedTuple):
    """What one language says of a question: the fields in which it is written, each with its sort."""

    code: str
    name: str
    fields: Sequence[tuple[str, forms.BoundField]]


class QuestionPlace(NamedTuple):
    """A place for a question, with its fields."""

    number: int
    kind: forms.BoundField
    tiers: forms.BoundField
    key: forms.BoundField
    columns: Sequence[QuestionColumn]
    is_used: bool


class FurtherForm(forms.Form):
    """Five places for questions, in the order in which they are asked; a place without a kind is empty.

    A question keeps its key as long as it stays of one kind: the answers to all its wordings belong together. `seen`
    says what stood there when it was shown, as in surveys.wording.forms.PartForm.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None, *, draft: SurveyVersion) -> None:
        super().__init__(data)
        self.draft, self.stands = draft, draft.further
        self.own = draft.survey.default_language
        offered = sorted(draft.survey.brand.languages, key=lambda code: code != self.own)
        names = spoken.names()
        self.languages = [(code, names.get(code, code)) for code in offered]
        self.initial["seen"] = drafts.fingerprint_of(draft.questions)
        for number in range(MOST):
            self._add_place(number, self.stands[number] if number < len(self.stands) else None)

    def _add_place(self, number: int, stands: FurtherQuestion | None) -> None:
        kinds = [("", _("no question")), *QuestionKind.choices]
        scale = SCALES[self.draft.survey.metric]
        tiers = [(tier.value, str(scale.categories[tier].label)) for tier in reversed(Tier)]
        self.fields[f"key-{number}"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.fields[f"kind-{number}"] = forms.ChoiceField(label=_("How it is answered"), choices=kinds, required=False)
        self.fields[f"tiers-{number}"] = forms.MultipleChoiceField(
            label=_("Only after these answers"),
            choices=tiers,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("None ticked: whatever the score."),
        )
        for code, name in self.languages:
            for field, label, longest in _fields():
                self.fields[_name(field, number, code)] = PlainField(
                    label=f"{label} · {name}",
                    required=False,
                    max_length=longest,
                    widget=forms.TextInput(attrs={"lang": code, "dir": spoken.direction(code)}),
                )
        if stands:
            self._fill(number, stands)

    def _fill(self, number: int, stands: FurtherQuestion) -> None:
        self.initial.update(
            {
                f"key-{number}": stands.key,
                f"kind-{number}": stands.kind.value,
                f"tiers-{number}": [tier.value for tier in stands.tiers],
            }
        )
        for code, text in stands.texts.items():
            said = {"question": text.question, "low": text.low, "high": text.high}
            said |= {f"option-{option}": words for option, words in text.options.items()}
            self.initial.update({_name(field, number, code): words for field, words in said.items()})

    def places(self) -> Iterator[QuestionPlace]:
        """Yield the places with their fields, as a template shows them."""
        for number in range(MOST):
            columns = [
                QuestionColumn(code, name, [(_sort(field), self[_name(field, number, code)]) for field in STEMS])
                for code, name in self.languages
            ]
            kind = self[f"kind-{number}"]
            named = (self[f"tiers-{number}"], self[f"key-{number}"])
            yield QuestionPlace(number + 1, kind, *named, columns, bool(kind.value()) or bool(kind.errors))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        found = [self._question(number) for number in range(MOST) if cleaned.get(f"kind-{number}")]
        self.questions: Questions = tuple(found)
        return cleaned

    def _question(self, number: int) -> FurtherQuestion:
        kind = QuestionKind(self.cleaned_data[f"kind-{number}"])
        texts = {code: text for code, _name in self.languages if (text := self._text(number, code, kind))}
        kept = {one.key: one.kind for one in self.stands}
        key = self.cleaned_data.get(f"key-{number}", "")
        if kept.get(key) is not kind or any(key == self.cleaned_data.get(f"key-{n}") for n in range(number)):
            key = new_key()
        tiers = tuple(Tier(value) for value in self.cleaned_data.get(f"tiers-{number}", ()))
        question = FurtherQuestion(key, kind, tiers, texts)
        self._check(number, question)
        return question

    def _text(self, number: int, code: str, kind: QuestionKind) -> QuestionText | None:
        said = {field: self.cleaned_data.get(_name(field, number, code), "") for field in STEMS}
        options = {option: said[f"option-{option}"] for option in OPTIONS if said[f"option-{option}"]}
        ends = (said["low"], said["high"]) if kind is QuestionKind.SCALE else ("", "")
        text = QuestionText(said["question"], options if kind.has_options else {}, *ends)
        return text if text != QuestionText() else None

    def _check(self, number: int, question: FurtherQuestion) -> None:
        """Say what is missing: everything in the survey's own language, in another one what it began to say."""
        if question.kind is not QuestionKind.CALL and self.own not in question.texts:
            where = _name("question", number, self.own)
            self.add_error(where, _("Write the question in the language of the survey at least."))
        if question.kind.has_options and len(question.options) < FEWEST_OPTIONS:
            self.add_error(_name("option-1", number, self.own), _("Write two options at least."))
        for code in question.texts:
            needed = ["question"]
            needed += [f"option-{option}" for option in question.options] if question.kind.has_options else []
            needed += ["low", "high"] if question.kind is QuestionKind.SCALE else []
            for field in needed:
                if not self.cleaned_data.get(name := _name(field, number, code)) and name not in self.errors:
                    self.add_error(name, _("Missing: this language would not be asked the question."))
            for field in needed:
                unknown = unknown_placeholders(self.cleaned_data.get(_name(field, number, code)) or "", PLACEHOLDERS)
                if unknown:
                    said = _("Nothing fills this in: %(placeholders)s") % {"placeholders": ", ".join(unknown)}
                    self.add_error(_name(field, number, code), said)

    def refuse(self, stands: str) -> None:
        """Say that somebody else wrote meanwhile; what is typed stays, and saving again writes over theirs."""
        typed: Any = self.data
        self.data = typed.copy()
        self.data["seen"] = stands  # type: ignore[index]
        self.add_error(None, _("Somebody else changed these questions meanwhile. Saving again replaces theirs."))


def _fields() -> Iterator[tuple[str, Any, int]]:
    yield "question", gettext_lazy("Question"), LONGEST_QUESTION
    for option in OPTIONS:
        yield f"option-{option}", _("Option %(number)s") % {"number": option}, LONGEST_OPTION
    yield "low", _("What %(score)s means") % {"score": 1}, LONGEST_OPTION
    yield "high", _("What %(score)s means") % {"score": 5}, LONGEST_OPTION


def _name(field: str, number: int, code: str) -> str:
    return f"{field}-{number}-{code}"


def _sort(field: str) -> str:
    """Return which sort of text a field is: a question, an option, or an end of a scale."""
    return {"low": "end", "high": "end"}.get(field, field.partition("-")[0])
