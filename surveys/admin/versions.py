from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.kept import Setting
from accounts.customerlanguages import spoken
from surveys import services
from surveys.admin import further_editor, previews, wording_editor
from surveys.admin.archive import ArchiveFilter, SurveyFilter
from surveys.metrics import SCALES
from surveys.models import Survey, SurveyVersion
from surveys.wording.forms import labels
from surveys.wording.further import QuestionText
from surveys.wording.texts import EVERY_FIELD


@admin.register(SurveyVersion)
class SurveyVersionAdmin(Setting, admin.ModelAdmin[SurveyVersion]):
    """Drafts can be written and published; what is published can only be read."""

    list_display = ("survey", "number", "published_at", "note")
    list_filter = (ArchiveFilter, ("survey", SurveyFilter), ("published_at", admin.EmptyFieldListFilter))
    list_select_related = ("survey__brand",)
    search_fields = ("survey__name", "note")
    ordering = ("survey__name", "-number")
    readonly_fields = ("survey", "number", "created_at", "published_at", "wording", "further")
    change_form_template = "admin/surveys/surveyversion/change_form.html"

    def get_fieldsets(self, request: HttpRequest, obj: SurveyVersion | None = None) -> Any:
        head = (None, {"fields": (("survey", "number"), "note", ("created_at", "published_at"))})
        return (head, (_("Wording"), {"fields": ("wording", "further")}))

    def get_urls(self) -> list[URLPattern]:
        letter = self.admin_site.admin_view(previews.letter_of_part)
        questions = self.admin_site.admin_view(partial(further_editor.edit, self))
        return [
            path("<int:version_id>/letter/", letter, name="surveys_surveyversion_letter"),
            path("<int:version_id>/questions/", questions, name="surveys_surveyversion_further"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        version = self.get_object(request, object_id)
        if version is not None and self.has_change_permission(request, version):
            return wording_editor.WordingEditor(self, request, version).answer()
        # What was typed in the form of a draft, which is none any more.
        if {"seen", "_source"} & request.POST.keys() and super().has_change_permission(request, version):
            survey = version.survey if version else _named(request.POST.get("of_survey", ""))
            if survey is not None:
                editor = wording_editor.WordingEditor(self, request, services.draft_of(survey))
                return editor.came_too_late() if version else editor.was_deleted()
        return super().change_view(request, object_id, *args, **kwargs)

    @admin.display(description=gettext_lazy("texts"))
    def wording(self, version: SurveyVersion) -> SafeString:
        named = labels(SCALES[version.survey.metric])
        languages = [
            (code, name, [(named[field], version.texts.get(code, {}).get(field, "")) for field in EVERY_FIELD])
            for code, name in spoken.names().items()
            if code in spoken.OWN or code in version.texts
        ]
        return render_to_string("admin/surveys/surveyversion/_wording.html", {"languages": languages})

    @admin.display(description=gettext_lazy("further questions"))
    def further(self, version: SurveyVersion) -> SafeString:
        scale, names = SCALES[version.survey.metric], spoken.names()
        questions = [
            (
                question.kind.label,
                ", ".join(str(scale.categories[tier].label) for tier in question.tiers),
                [(code, names.get(code, code), _said(text)) for code, text in question.texts.items()],
            )
            for question in version.further
        ]
        return render_to_string("admin/surveys/surveyversion/_further.html", {"questions": questions})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SurveyVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: SurveyVersion | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and not obj.is_published


def _said(text: QuestionText) -> str:
    """Return all that a question says in a language, on one line each."""
    return "\n".join(filter(None, [text.question, *text.options.values(), text.low, text.high]))


def _named(key: str) -> Survey | None:
    """Return the survey that a form names by its key, None where it names none."""
    is_key = key.isascii() and key.isdecimal() and len(key) < 10
    return Survey.objects.filter(pk=int(key)).first() if is_key else None
