from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.customerlanguages import spoken
from accounts.form_fields import PlainField
from followups.models import ReferralProgramme

_LABELS = {"headline": _("headline"), "text": _("text"), "reward": _("what customers get")}


class ReferralProgrammeForm(forms.ModelForm[ReferralProgramme]):
    """Edits what the page for friends says as one text for each language."""

    class Meta:
        model = ReferralProgramme
        fields = ("brand", "is_active", "invites_on_page", "invites_in_letter")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name, field in fields_of_texts():
            self.fields[field] = PlainField(
                label=capfirst(_LABELS[name]),
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 2, "cols": 80, "lang": code}),
            )
            self.initial.setdefault(field, self.instance.said(name, code))

    def save(self, commit: bool = True) -> ReferralProgramme:
        here = [(code, name, field) for code, name, field in fields_of_texts() if field in self.fields]
        # What is written in a language that is out of use stays.
        shown = {code for code, _name, _field in here}
        texts = {code: said for code, said in self.instance.texts.items() if code not in shown}
        for code, name, field in here:
            if text := self.cleaned_data[field].strip():
                texts.setdefault(code, {})[name] = text
        self.instance.texts = texts
        return super().save(commit)


def fields_of_texts() -> list[tuple[str, str, str]]:
    """Return language, text and field of the form for each text."""
    return [(code, name, f"{name}_{code}") for code in spoken.codes() for name in ReferralProgramme.TEXTS]
