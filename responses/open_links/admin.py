from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Kept, Setting
from accounts.customerlanguages import spoken
from responses.models import Entry, OpenLink
from responses.open_links.staff_pages import KINDS, SHEETS
from surveys.admin.archive import SurveyFilter
from surveys.models import Origin, Survey


class OpenLinkForm(forms.ModelForm[OpenLink]):
    """A link; its name is that of the entry by which its answers come in."""

    name = forms.CharField(
        label=capfirst(_("name")), max_length=100, help_text=_("For staff, such as “Till 2” or “Instagram, July”.")
    )
    language = forms.ChoiceField(
        label=capfirst(_("language")),
        choices=lambda: [("", "---------"), *spoken.choices()],
        required=False,
        help_text=_("Empty: that of the visitor’s browser, where the brand speaks it."),
    )

    class Meta:
        model = OpenLink
        fields = (
            "survey", "product", "channel", "place", "campaign", "manager", "team", "language", "asks_details",
            "again_after_days", "crowd", "is_active", "ends_at",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["name"] = self.instance.entry.name
        survey: Any = self.fields.get("survey")
        if survey is not None:
            survey.queryset = Survey.objects.in_use(kept=self.instance.survey_id).order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        survey = cleaned.get("survey") or (self.instance.survey if self.instance.pk else None)
        if survey and cleaned.get("language") and cleaned["language"] not in survey.brand.languages:
            self.add_error("language", _("%(brand)s does not write in this language.") % {"brand": survey.brand})
        return cleaned


@admin.register(OpenLink)
class OpenLinkAdmin(Setting, Kept, admin.ModelAdmin[OpenLink]):
    form = OpenLinkForm
    list_display = ("name", "survey", "place", "channel", "campaign", "product", "address", "is_active", "ends_at")
    list_filter = ("is_active", ("survey", SurveyFilter), "channel", "product")
    list_select_related = ("entry", "survey__brand", "channel", "product")
    search_fields = ("entry__name", "place", "campaign", "code")
    ordering = ("-is_active", "entry__name", "pk")
    readonly_fields = ("address", "downloads")
    autocomplete_fields = ("product", "manager")
    fieldsets = (
        (None, {"fields": ("name", "survey", "language", ("is_active", "ends_at"))}),
        (_("To share and to print"), {"fields": ("address", "downloads")}),
        (
            _("What its answers are about"),
            {"fields": ("place", ("channel", "campaign"), "product", ("manager", "team"))},
        ),
        (_("Who may answer"), {"fields": ("asks_details", "again_after_days", "crowd")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: OpenLink | None = None) -> list[str]:
        """Keep the survey: answers to another one would be another sample under the same name."""
        return [*self.readonly_fields, *(["survey"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: OpenLink, form: Any, change: bool) -> None:
        if change:
            Entry.objects.filter(pk=obj.entry_id).update(name=form.cleaned_data["name"])
        else:
            obj.entry = Entry.objects.create(
                kind=Entry.Kind.OPEN_LINK, origin=Origin.OPEN_LINK, name=form.cleaned_data["name"]
            )
        super().save_model(request, obj, form, change)

    @admin.display(description=_("name"), ordering="entry__name")
    def name(self, link: OpenLink) -> str:
        return link.entry.name

    @admin.display(description=_("address"))
    def address(self, link: OpenLink) -> str:
        return format_html('<a href="{0}">{0}</a>', link.url) if link.pk else "–"

    @admin.display(description=_("code and sheets"))
    def downloads(self, link: OpenLink) -> str:
        if not link.pk:
            return str(_("After saving."))
        codes = [(reverse("open_link_code", args=[link.pk, kind]), f"QR · {kind.upper()}") for kind in KINDS]
        sheets = [(reverse("open_link_sheet", args=[link.pk, size]), label) for size, label in SHEETS.items()]
        return format_html_join(" · ", '<a href="{}">{}</a>', [*codes, *sheets])
