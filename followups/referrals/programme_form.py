from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.customerlanguages import textfields
from followups.models import ReferralProgramme

_LABELS = {"headline": _("headline"), "text": _("text"), "reward": _("what customers get")}


class ReferralProgrammeForm(forms.ModelForm[ReferralProgramme]):
    """Edits what the page for friends says as one text for each language."""

    class Meta:
        model = ReferralProgramme
        fields = ("brand", "is_active", "invites_on_page", "invites_in_letter")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in _LABELS.items():
            said = {code: texts.get(name, "") for code, texts in self.instance.texts.items()}
            area = forms.Textarea(attrs={"rows": 2, "cols": 80})
            textfields.add(self, name, said, label=capfirst(label), max_length=600, widget=area)

    def save(self, commit: bool = True) -> ReferralProgramme:
        written: dict[str, dict[str, str]] = {}
        for name in ReferralProgramme.TEXTS:
            for code, text in textfields.entered(self, name).items():
                written.setdefault(code, {}).update({name: text} if text else {})
        self.instance.texts = textfields.kept(self.instance.texts, written)
        return super().save(commit)
