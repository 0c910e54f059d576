"""What is sent to oneself: which survey, which of its wordings, in which language."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import languages
from accounts.customerlanguages import spoken
from accounts.form_fields import PlainField
from accounts.models import Brand, User
from surveys.models import Survey, SurveyVersion

NEWEST, PUBLISHED = "newest", "published"
WORDINGS = [
    (NEWEST, gettext_lazy("the newest one, also while it is a draft")),
    (PUBLISHED, gettext_lazy("the published one, which customers get")),
]
NOT_PUBLISHED = gettext_lazy("“%(survey)s” has no published wording yet: take the newest one.")
NOT_WRITTEN = gettext_lazy("“%(survey)s” has no wording yet: open it in the administration and write one.")


class TrialForm(forms.Form):
    """A survey that is there; `version` alone, as the page of a wording sends it, names one wording of one survey."""

    survey = forms.ModelChoiceField(
        label=gettext_lazy("Survey"), queryset=Survey.objects.none(), required=False, empty_label=None
    )
    wording = forms.ChoiceField(
        label=gettext_lazy("Wording"), choices=WORDINGS, widget=forms.RadioSelect, required=False, initial=NEWEST
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=spoken.choices, required=False)
    version = forms.ModelChoiceField(
        queryset=SurveyVersion.objects.select_related("survey__brand"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        surveys = Survey.objects.in_use().select_related("brand").order_by("-pk")
        self.fields["survey"].queryset = surveys  # type: ignore[attr-defined]
        if newest := surveys.first():
            self.initial.update(survey=newest, language=_language_for(person, newest))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        version = cleaned["version"] or self._chosen(cleaned["survey"], cleaned["wording"])
        if version is None:
            return cleaned
        language = cleaned["language"] or _language_for(self.person, version.survey)
        if language not in version.survey.brand.languages:
            self.add_error("language", _not_offered(version.survey.brand))
        return cleaned | {"version": version, "language": language}

    def _chosen(self, survey: Survey | None, wording: str) -> SurveyVersion | None:
        if survey is None:
            self.add_error("survey", _("Choose a survey."))
            return None
        versions = SurveyVersion.objects.select_related("survey__brand").filter(survey=survey).order_by("-number")
        found = versions.published().first() if wording == PUBLISHED else versions.first()
        if found is None:
            refusal = NOT_PUBLISHED if wording == PUBLISHED else NOT_WRITTEN
            self.add_error("survey", str(refusal) % {"survey": survey})
        return found


class FirstSurveyForm(forms.Form):
    """There is no survey yet: it is made in the same press, with the standard texts."""

    brand_name = PlainField(
        label=gettext_lazy("The company that customers are asked about"),
        max_length=Brand._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "organization"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=spoken.choices)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["language"] = languages.supported(person.language)
        if brand := Brand.objects.order_by("pk").first():
            del self.fields["brand_name"]
            offered = [choice for choice in spoken.choices() if choice[0] in brand.languages]
            self.fields["language"].choices = offered  # type: ignore[attr-defined]


def _language_for(person: User, survey: Survey) -> str:
    """Return the person's own language where the brand writes in it, else that of the survey."""
    own, offered = languages.supported(person.language), survey.brand.languages
    return own if own in offered else survey.default_language if survey.default_language in offered else offered[0]


def _not_offered(brand: Brand) -> str:
    names = spoken.names()
    offered = ", ".join(names.get(code, code) for code in brand.languages)
    return _("“%(brand)s” does not write in this language. Choose one of these: %(offered)s.") % {
        "brand": brand,
        "offered": offered,
    }
