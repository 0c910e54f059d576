from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.kept import Setting
from surveys.admin import dryruns
from surveys.admin.asks import SaysWhetherItAsks
from surveys.admin.unused import DeletedUnused
from surveys.forms import TriggerForm
from surveys.models import Trigger


@admin.register(Trigger)
class TriggerAdmin(SaysWhetherItAsks, DeletedUnused, Setting, admin.ModelAdmin[Trigger]):
    form = TriggerForm
    change_form_template = "admin/surveys/trigger/change_form.html"
    list_display = ("name", "survey", "touchpoint_kind", "delayed", "sampling_share", "is_active")
    list_filter = ("is_active", "touchpoint_kind", "survey")
    list_select_related = ("survey",)
    search_fields = ("name", "survey__name")
    ordering = ("survey__name", "name")
    fieldsets = (
        (None, {"fields": ("survey", "name", "is_active", "asking")}),
        (_("When"), {"fields": ("touchpoint_kind", "days", "asks_since")}),
        (_("Whom"), {"fields": ("products", "channels", "teams", ("min_amount", "max_amount"), "sampling_share")}),
        (_("How"), {"fields": ("media", "reminder_days")}),
        (
            _("Send window"),
            {
                "fields": (("window_start", "window_end"), "window_weekdays"),
                "description": _("On the contact's own clock. Holidays are left out."),
            },
        ),
    )

    readonly_fields = ("asking",)

    @admin.display(description=_("delay"), ordering="delay")
    def delayed(self, trigger: Trigger) -> str:
        if trigger.delay.seconds:
            return str(trigger.delay)
        return ngettext("%(days)d day", "%(days)d days", trigger.delay.days) % {"days": trigger.delay.days}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:trigger_id>/dry-run/", view(dryruns.dry_run), name="surveys_trigger_dry_run"),
            *super().get_urls(),
        ]
