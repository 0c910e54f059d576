"""What somebody writes to a segment: one subject and text for each language of the brand."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import languages
from accounts.customerlanguages import spoken, textfields
from accounts.models import Brand, User
from followups.models import Mailing
from surveys.models import CustomerSegment
from surveys.wording import texts

PARTS = ("subject", "text")


class LanguageFields(NamedTuple):
    """The subject and the text in one language, as fields of a form."""

    language: str
    subject: forms.BoundField
    text: forms.BoundField


class MailingForm(forms.ModelForm[Mailing]):
    """A language is written when it has both; one at least is, and whoever speaks another gets the brand's first."""

    class Meta:
        model = Mailing
        fields = ("name", "segment", "brand")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["segment"].queryset = CustomerSegment.objects.shown_to(user).order_by("name")  # type: ignore[attr-defined]
        self.fields["segment"].required = True
        self.fields["brand"].queryset = Brand.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        brands = list(Brand.objects.values_list("pk", flat=True)[:2])
        if self.instance._state.adding and len(brands) == 1:
            self.initial["brand"] = brands[0]
        self.codes = spoken.codes()
        subjects, bodies = (
            {code: parts.get(part, "") for code, parts in self.instance.texts.items()} for part in PARTS
        )
        textfields.add(self, "subject", subjects, label=_("Subject"), max_length=200)
        area = forms.Textarea(attrs={"rows": 8})
        textfields.add(self, "text", bodies, label=_("Text"), max_length=10_000, widget=area)

    @property
    def about_it(self) -> list[forms.BoundField]:
        return [self[name] for name in self._meta.fields or ()]

    @property
    def by_language(self) -> list[LanguageFields]:
        return [
            LanguageFields(languages.name_of(code), *(self[textfields.name_of(part, code)] for part in PARTS))
            for code in self.codes
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        subjects, bodies = (textfields.entered(self, part) for part in PARTS)
        written = {
            code: {"subject": subjects.get(code, ""), "text": bodies.get(code, "")} for code in subjects | bodies
        }
        for code, parts in written.items():
            self._check(code, parts)
        whole = {code: parts for code, parts in written.items() if all(parts.values())}
        brand = cleaned.get("brand")
        if not self.errors and not (brand and set(whole) & set(brand.languages)):
            raise forms.ValidationError(_("Write it in one language of the brand at least."))
        self.instance.texts = textfields.kept(self.instance.texts, {code: whole.get(code, {}) for code in written})
        return cleaned

    def _check(self, code: str, parts: Mapping[str, str]) -> None:
        if any(parts.values()) and not all(parts.values()):
            empty = next(part for part, text in parts.items() if not text)
            self.add_error(textfields.name_of(empty, code), _("Write both the subject and the text, or neither."))
        for part, text in parts.items():
            if unknown := texts.unknown_placeholders(text, Mailing.FIELDS):
                known = ", ".join(f"{{{name}}}" for name in sorted(Mailing.FIELDS))
                said = _("There is no field %(unknown)s. There are: %(known)s.")
                self.add_error(textfields.name_of(part, code), said % {"unknown": ", ".join(unknown), "known": known})
