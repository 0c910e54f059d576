from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.kept import Setting
from surveys import services
from surveys.admin.asks import warn
from surveys.forms import labels, name_of, wording_form
from surveys.metrics import SCALES
from surveys.models import SurveyVersion
from surveys.wording.texts import FIELDS


@admin.register(SurveyVersion)
class SurveyVersionAdmin(Setting, admin.ModelAdmin[SurveyVersion]):
    """Drafts can be written and published; what is published can only be read."""

    list_display = ("survey", "number", "published_at", "note")
    list_filter = ("survey", ("published_at", admin.EmptyFieldListFilter))
    list_select_related = ("survey__brand",)
    search_fields = ("survey__name", "note")
    ordering = ("survey__name", "-number")
    readonly_fields = ("survey", "number", "created_at", "published_at", "wording")
    change_form_template = "admin/surveys/surveyversion/change_form.html"

    def get_fieldsets(self, request: HttpRequest, obj: SurveyVersion | None = None) -> Any:
        head = (None, {"fields": (("survey", "number"), "note", ("created_at", "published_at"))})
        if obj is None or obj.is_published:
            return (head, (_("Wording"), {"fields": ("wording",)}))
        return (head, *(_of_language(obj, code) for code in _in_order(obj)))

    def get_form(
        self, request: HttpRequest, obj: SurveyVersion | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[SurveyVersion]]:
        if obj is None or obj.is_published:
            return super().get_form(request, obj, change, **kwargs)
        return super().get_form(request, obj, change, **kwargs | {"form": wording_form(SCALES[obj.survey.metric])})

    @admin.display(description=gettext_lazy("texts"))
    def wording(self, version: SurveyVersion) -> SafeString:
        named = labels(SCALES[version.survey.metric])
        languages = [
            (code, name, [(named[field], version.texts.get(code, {}).get(field, "")) for field in FIELDS])
            for code, name in settings.LANGUAGES
        ]
        return render_to_string("admin/surveys/surveyversion/_wording.html", {"languages": languages})

    def response_change(self, request: HttpRequest, obj: SurveyVersion) -> HttpResponse:
        if not {"_publish", "_fill"} & set(request.POST):
            return super().response_change(request, obj)
        if "_fill" in request.POST:
            services.fill_up(obj)
            messages.info(request, _("What was empty holds the standard texts now. Read them before you publish."))
            return redirect("admin:surveys_surveyversion_change", obj.pk)
        try:
            services.publish(obj.survey)
        except services.TextsIncomplete as incomplete:
            messages.error(request, _named(incomplete, labels(SCALES[obj.survey.metric])))
        except services.NothingToPublish:
            messages.info(request, _("It was published already."))
        else:
            self.log_change(request, obj, _("Published."))
            messages.info(request, _("New invitations use this wording from now on."))
            warn(request, obj)
        return redirect("admin:surveys_surveyversion_change", obj.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SurveyVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: SurveyVersion | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and not obj.is_published


def _in_order(version: SurveyVersion) -> list[str]:
    """Return the languages as they are written: the survey's own first, those that the brand does not offer last."""
    offered, own = version.survey.brand.languages, version.survey.default_language
    return sorted((code for code, _name in settings.LANGUAGES), key=lambda code: (code not in offered, code != own))


def _of_language(version: SurveyVersion, code: str) -> tuple[str, dict[str, Any]]:
    """Return the texts of one language: folded unless it is the survey's own, with what becomes of them beside."""
    survey = version.survey
    context = {
        "version": version,
        "language": code,
        "is_offered": code in survey.brand.languages,
        "missing": sum(not version.texts.get(code, {}).get(field, "").strip() for field in FIELDS),
    }
    beside = render_to_string("admin/surveys/surveyversion/_beside.html", context)
    classes = ["wording", *([] if code == survey.default_language else ["collapse"])]
    fields = [name_of(code, field) for field in FIELDS]
    return str(dict(settings.LANGUAGES)[code]), {"fields": fields, "description": beside, "classes": classes}


def _named(incomplete: services.TextsIncomplete, named: dict[str, str]) -> str:
    names = dict(settings.LANGUAGES)
    fields = [f"{names[language]}: {named[field]}" for language, field, _fault in incomplete.faults]
    return _("Not published. These texts are missing or cannot be filled in: %(texts)s") % {
        "texts": "; ".join(dict.fromkeys(fields))
    }
