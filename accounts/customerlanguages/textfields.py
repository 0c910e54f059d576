"""A text that staff write once in each language of customers: the fields of a form, and what is kept of them."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from django import forms

from accounts.customerlanguages import spoken
from accounts.form_fields import PlainField

Said = TypeVar("Said")


def name_of(text: str, code: str) -> str:
    """Return the name of the field in which a text is written in one language."""
    return f"{text}_{code}"


def attributes(code: str) -> dict[str, str]:
    """Return what tells a browser in which language, and from which side, a field is written."""
    return {"lang": code, "dir": spoken.direction(code)}


def add(form: forms.BaseForm, text: str, said: Mapping[str, str], **options: Any) -> None:
    """Give a form a field for each language in use; `said` is what stands there, `options` are those of each field."""
    for code in spoken.codes():
        form.fields[name_of(text, code)] = field = PlainField(
            initial=said.get(code, ""), **options | {"required": False}
        )
        field.widget.attrs.update(attributes(code))


def entered(form: forms.BaseForm, text: str) -> dict[str, str]:
    """Return what a form that was checked says in each language that it asked for; "" where nothing is said."""
    return {code: form.cleaned_data.get(name_of(text, code)) or "" for code in _asked(form, text)}


def kept(before: Mapping[str, Said], entered: Mapping[str, Said]) -> dict[str, Said]:
    """Return the texts by language: what was entered, without what was emptied.

    What stands in a language that the form did not ask for, being out of use, stays.
    """
    others = {code: said for code, said in before.items() if code not in entered}
    return others | {code: said for code, said in entered.items() if said}


def _asked(form: forms.BaseForm, text: str) -> Iterator[str]:
    """Yield the languages whose field was sent: one that came into use since the form was shown was not."""
    for code in spoken.codes():
        field = form.fields.get(name := name_of(text, code))
        if field and not field.widget.value_omitted_from_data(form.data, form.files, form.add_prefix(name)):
            yield code
