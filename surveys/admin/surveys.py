from collections import Counter
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Setting
from surveys import services, switches
from surveys.admin import previews
from surveys.admin.archive import SurveyArchiveFilter
from surveys.admin.asks import SaysWhetherItAsks
from surveys.admin.unused import DeletedUnused
from surveys.forms import SurveyForm
from surveys.metrics import SCALES
from surveys.models import Survey


@admin.register(Survey)
class SurveyAdmin(SaysWhetherItAsks, DeletedUnused, Setting, admin.ModelAdmin[Survey]):
    list_display = ("name", "kind", "metric", "brand", "status", "asks", "priority", "created_at")
    list_filter = (SurveyArchiveFilter, "status", "kind")
    search_fields = ("name", "brand__name")
    list_select_related = ("brand",)
    ordering = ("name",)
    form = SurveyForm
    change_form_template = "admin/surveys/survey/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "brand", "kind", "metric", "presentation", "status", "asking")}),
        (_("Asking"), {"fields": ("default_language", "days_valid", "repeat_days", "daily_maximum", "priority")}),
        (_("Wording"), {"fields": ("versions_table", "sms_plain")}),
    )
    readonly_fields = ("asking", "versions_table")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Survey]:
        return switches.known(super().get_queryset(request))

    @admin.display(description=_("asks"), boolean=True)
    def asks(self, survey: Survey) -> bool:
        return not switches.off(survey)

    @admin.display(description=_("versions"))
    def versions_table(self, survey: Survey) -> str:
        if not survey.pk:
            return gettext("The standard texts come with the survey once it is saved.")
        versions = survey.versions.order_by("-number")
        return render_to_string("admin/surveys/survey/_versions.html", {"versions": versions, "survey": survey})

    def get_readonly_fields(self, request: HttpRequest, obj: Survey | None = None) -> tuple[str, ...]:
        """Show the metric of a survey once it exists: its wording and its answers are of that scale."""
        if obj is None:
            return self.readonly_fields
        fixed = ("metric", "presentation") if len(SCALES[obj.metric].presentations) == 1 else ("metric",)
        return (*self.readonly_fields, *fixed)

    def get_fieldsets(self, request: HttpRequest, obj: Survey | None = None) -> Any:
        first, *others = self.fieldsets
        return self.fieldsets if obj else (first, others[0], (_("Wording"), {"fields": ("like", "versions_table")}))

    def save_model(self, request: HttpRequest, obj: Survey, form: ModelForm[Survey], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            services.draft_of(obj, like=form.cleaned_data.get("like"))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name what goes with an unused survey: its draft, triggers, waves and playbooks; nothing protects them."""
        rows = [row for survey in objs for row in (survey, *survey.parts(), *survey.playbooks.all())]
        of_models = {type(row): self.admin_site.get_model_admin(type(row)) for row in rows}
        refused = {
            row._meta.verbose_name for row in rows if not of_models[type(row)].has_delete_permission(request, row)
        }
        named = [f"{capfirst(row._meta.verbose_name)}: {row}" for row in rows]
        return named, Counter(row._meta.verbose_name_plural for row in rows), refused, []

    def delete_model(self, request: HttpRequest, obj: Survey) -> None:
        obj.delete_unused()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:survey_id>/preview/", view(previews.preview), name="surveys_survey_preview"),
            path("<int:survey_id>/preview/letter/", view(previews.letter), name="surveys_survey_letter"),
            path("<int:survey_id>/draft/", view(self.draft), name="surveys_survey_draft"),
            *super().get_urls(),
        ]

    def draft(self, request: HttpRequest, survey_id: int) -> HttpResponse:
        survey = get_object_or_404(Survey, pk=survey_id)
        if request.method != "POST" or not self.has_change_permission(request, survey):
            return redirect("admin:surveys_survey_change", survey_id)
        return redirect("admin:surveys_surveyversion_change", services.draft_of(survey).pk)
