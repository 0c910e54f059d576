"""What the administration of open links and of kiosks has in common."""

from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Kept, Setting
from accounts.customerlanguages import spoken
from responses.models import Entry, WayIn
from surveys.admin.archive import SurveyFilter
from surveys.models import Survey

Way = TypeVar("Way", bound=WayIn)


class WayInForm(forms.ModelForm[Way]):
    """A way in; its name is that of the entry by which its answers come in."""

    name = forms.CharField(
        label=capfirst(_("name")), max_length=100, help_text=_("For staff, such as “Till 2” or “Instagram, July”.")
    )
    language = forms.ChoiceField(
        label=capfirst(_("language")), choices=lambda: [("", "---------"), *spoken.choices()], required=False
    )
    # What is said below the choice of a language.
    language_when_empty: str | Promise = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["name"] = str(self.instance)
        if "language" in self.fields:
            self.fields["language"].help_text = str(self.language_when_empty)
        survey: Any = self.fields.get("survey")
        if survey is not None:
            survey.queryset = Survey.objects.in_use(kept=self.instance.survey_id).order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        survey = cleaned.get("survey") or (self.instance.survey if self.instance.pk else None)
        if survey and cleaned.get("language") and cleaned["language"] not in survey.brand.languages:
            self.add_error("language", _("%(brand)s does not write in this language.") % {"brand": survey.brand})
        return cleaned


class WayInAdmin(Setting, Kept, admin.ModelAdmin[Way]):
    """It is switched off and never deleted; the survey stays, for answers to another one would be another sample."""

    list_filter = ("is_active", ("survey", SurveyFilter), "channel", "product")
    list_select_related = ("entry", "survey__brand", "channel", "product")
    ordering = ("-is_active", "entry__name", "pk")
    autocomplete_fields = ("product", "manager")

    def get_readonly_fields(self, request: HttpRequest, obj: Way | None = None) -> list[str]:
        return [*self.readonly_fields, *(["survey"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        name = form.cleaned_data["name"]
        if change:
            Entry.objects.filter(pk=obj.entry_id).update(name=name)
        else:
            obj.entry = Entry.objects.create(kind=obj.KIND, origin=obj.ORIGIN, name=name)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("name"), ordering="entry__name")
    def name(self, way: Way) -> str:
        return str(way)
