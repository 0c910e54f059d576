"""Choices in order of preference: one list for the first, one for what comes where that fails, and so on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.choices import normalize_choices
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class InOrder(forms.SelectMultiple):
    """As many lists as there are choices, all of one name; the order in which they stand is that of preference."""

    use_fieldset = True

    def render(self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = [str(one) for one in value or ()]
        offered = _pairs(self.choices)
        rows = [
            self._row(name, place, chosen[place] if place < len(chosen) else "", offered, attrs or {})
            for place in range(max(len(offered), len(chosen)))
        ]
        words = (_("else by") if place else "" for place in range(len(rows)))
        return format_html_join(" ", "{} {}", zip(words, rows, strict=True))

    def _row(
        self, name: str, place: int, value: str, offered: Sequence[tuple[str, Any]], attrs: Mapping[str, Any]
    ) -> SafeString:
        beside = {**attrs, "aria-label": _("Choice %(number)s") % {"number": place + 1}}
        if "id" in attrs and place:
            beside["id"] = f"{attrs['id']}_{place}"
        return forms.Select(choices=[("", "—"), *offered]).render(name, value, beside)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return [one for one in given if one]


class OrderedField(forms.MultipleChoiceField):
    """Several choices, each once, cleaned to a list in their order."""

    widget = InOrder
    default_error_messages: ClassVar = {"twice": gettext_lazy("“%(value)s” is chosen twice.")}

    def clean(self, value: Any) -> list[str]:
        chosen: list[str] = super().clean(value)
        labels = dict(_pairs(self.choices))
        for one in chosen:
            if chosen.count(one) > 1:
                raise forms.ValidationError(self.error_messages["twice"], code="twice", params={"value": labels[one]})
        return chosen

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [str(one) for one in initial or ()] != [str(one) for one in data or ()]


def _pairs(choices: Any) -> list[tuple[str, Any]]:
    listed: Iterable[tuple[Any, Any]] = normalize_choices(choices)
    return [(str(code), label) for code, label in listed]
