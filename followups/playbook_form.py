from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PlainField
from followups.models import Playbook
from surveys.metrics import Category, Tier


class PlaybookForm(forms.ModelForm[Playbook]):
    """Edits the instructions, and what to say on the phone, as one text per language."""

    PER_LANGUAGE = ("instructions", "script")

    class Meta:
        model = Playbook
        fields = [
            "category",
            "survey",
            "is_active",
            "creates_followup",
            "needs_comment",
            "assign",
            "person",
            "priority",
            "draws_lots",
            "sends_thanks",
            "first_contact_hours",
            "resolve_hours",
            "wait_days",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.PER_LANGUAGE:
            for code, field in self._texts(name):
                self.initial.setdefault(field, getattr(self.instance, name).get(code, ""))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("assign") == Playbook.Assign.PERSON and not cleaned.get("person"):
            self.add_error("person", _("Choose the person that the work goes to."))
        category = cleaned.get("category")
        if cleaned.get("needs_comment") and category and Category(category).tier is not Tier.GOOD:
            self.add_error("needs_comment", _("Only content customers may go without: a bad score is work by itself."))
        return cleaned

    def save(self, commit: bool = True) -> Playbook:
        for name in self.PER_LANGUAGE:
            texts = {code: self.cleaned_data[field].strip() for code, field in self._texts(name)}
            setattr(self.instance, name, {code: text for code, text in texts.items() if text})
        return super().save(commit)

    @staticmethod
    def _texts(name: str) -> list[tuple[str, str]]:
        return [(code, f"{name}_{code}") for code, _language in settings.LANGUAGES]


for _code, _language in settings.LANGUAGES:
    for _name in PlaybookForm.PER_LANGUAGE:
        PlaybookForm.declared_fields[f"{_name}_{_code}"] = PlainField(
            label=_language, required=False, widget=forms.Textarea(attrs={"rows": 4, "cols": 80, "lang": _code})
        )
