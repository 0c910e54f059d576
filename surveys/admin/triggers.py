from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.kept import Setting
from accounts.admin.sentences import FormBox, ReadsAsSentences
from crm.admin.touchpoint_kinds import TouchpointKindFilter
from crm.models.touchpoint import label_of_kind
from surveys.admin import dryrun_answers, dryruns
from surveys.admin.archive import ArchiveFilter, SurveyFilter
from surveys.admin.asks import HOW, SaysWhetherItAsks
from surveys.admin.dryrun_box import DryRunBox, saved_meanwhile
from surveys.admin.unused import DeletedUnused
from surveys.forms import TriggerForm
from surveys.models import Trigger


class AfterFilter(TouchpointKindFilter):
    """The kinds after which triggers ask."""

    title = _("after")
    parameter_name = "touchpoint_kind"

    def kinds(self) -> list[str]:
        return list(Trigger.objects.order_by("touchpoint_kind").values_list("touchpoint_kind", flat=True).distinct())


@admin.register(Trigger)
class TriggerAdmin(DryRunBox, ReadsAsSentences, SaysWhetherItAsks, DeletedUnused, Setting, admin.ModelAdmin[Trigger]):
    form = TriggerForm
    change_form_template = "admin/surveys/trigger/change_form.html"
    list_display = ("name", "survey", "after", "delayed", "sampling_share", "is_active")
    list_filter = (ArchiveFilter, "is_active", AfterFilter, ("survey", SurveyFilter))
    list_select_related = ("survey",)
    search_fields = ("name", "survey__name")
    ordering = ("survey__name", "name")
    parts = (
        FormBox(
            "",
            (
                _("This trigger is called {name}, asks by the survey {survey} and is {is_active}."),
                _("Does it ask anybody? {asking}"),
            ),
        ),
        FormBox(
            _("When and whom"),
            (
                _(
                    "After {touchpoint_kind} with {teams}, for {products}, through {channels}: wait {days} days, then"
                    " ask by {media}."
                ),
                _("Only amounts from {min_amount} up to {max_amount}; where nothing stands, any amount."),
                _("Ask {sampling_share} per cent of the contacts."),
                _("What happened before {asks_since} is never asked about, whatever is imported later."),
            ),
        ),
        HOW,
    )
    readonly_fields = ("asking",)

    @admin.display(description=_("after"), ordering="touchpoint_kind")
    def after(self, trigger: Trigger) -> str:
        return label_of_kind(trigger.touchpoint_kind)

    @admin.display(description=_("delay"), ordering="delay")
    def delayed(self, trigger: Trigger) -> str:
        if trigger.delay.seconds:
            return str(trigger.delay)
        return ngettext("%(days)d day", "%(days)d days", trigger.delay.days) % {"days": trigger.delay.days}

    def dry_run_of(self, form: Any, reader: Any) -> dict[str, Any]:
        with saved_meanwhile(form) as trigger:
            return dryrun_answers.of_trigger(trigger, reader)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:trigger_id>/dry-run/", view(dryruns.dry_run), name="surveys_trigger_dry_run"),
            *super().get_urls(),
        ]
