from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.history import ReadOnly
from accounts.admin.kept import Setting
from followups.models import Activity, Followup, Playbook, ReplyTemplate, RootCause, WorkState
from followups.playbook_form import PlaybookForm
from followups.vocabulary.admin import RootCauseAdmin, WorkStateAdmin

admin.site.register(RootCause, RootCauseAdmin)
admin.site.register(WorkState, WorkStateAdmin)


@admin.register(Playbook)
class PlaybookAdmin(Setting, admin.ModelAdmin[Playbook]):
    form = PlaybookForm
    list_display = [
        "__str__",
        "category",
        "survey",
        "creates_followup",
        "assign",
        "priority",
        "first_contact_hours",
        "resolve_hours",
        "sends_thanks",
        "is_active",
    ]
    list_filter = ["is_active", "category", "survey"]
    list_select_related: ClassVar = ["survey"]
    search_fields = ["survey__name"]
    autocomplete_fields: ClassVar = ["person"]
    ordering = ["category", "survey__name"]
    fieldsets = [
        (_("When"), {"fields": ["category", "survey", "is_active"]}),
        (
            _("What happens"),
            {
                "fields": [
                    "creates_followup",
                    "needs_comment",
                    "assign",
                    "person",
                    "priority",
                    "draws_lots",
                    "sends_thanks",
                ]
            },
        ),
        (_("By when, in business hours"), {"fields": ["first_contact_hours", "resolve_hours"]}),
        (_("When the customer does not answer"), {"fields": ["wait_days"]}),
        (
            _("What the person should do"),
            {
                "fields": [f"instructions_{code}" for code, _name in settings.LANGUAGES],
                "description": _("Shown on the follow-up in the language of whoever works it; English is the reserve."),
            },
        ),
        (
            _("What to say on the phone"),
            {
                "fields": [f"script_{code}" for code, _name in settings.LANGUAGES],
                "description": _("Shown beside the number to call; English is the reserve."),
            },
        ),
    ]


class ActivitiesOfFollowup(ReadOnly, admin.TabularInline[Activity, Followup]):
    model = Activity
    fields = ["at", "kind", "by", "text", "change"]
    ordering = ["at", "pk"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(Setting, admin.ModelAdmin[ReplyTemplate]):
    list_display = ["name", "language", "brand", "category", "position", "is_active"]
    list_filter = ["language", "is_active", "brand", "category"]
    list_select_related: ClassVar = ["brand"]
    search_fields = ["name", "subject"]
    ordering = ["language", "position", "name"]
    fieldsets = [
        (_("For whom"), {"fields": ["name", "language", "brand", "category", "position", "is_active"]}),
        (
            _("The e-mail"),
            {
                "fields": ["subject", "text"],
                "description": _(
                    "Filled in: {first_name}, {name}, {company}, {product}, {agent}, {brand}. What may be missing "
                    "stands in brackets: [[Hello {first_name}|Hello]]. The name and signature of the writer are added "
                    "below."
                ),
            },
        ),
    ]


@admin.register(Followup)
class FollowupAdmin(ReadOnly, admin.ModelAdmin[Followup]):
    list_display = [
        "customer", "score", "status", "state", "priority", "assignee", "team", "next_due_at", "closed_at",
        "root_cause", "outcome",
    ]  # fmt: skip
    list_filter = ["status", "state", "response__category", "priority", "team", "root_cause", "outcome", "created_at"]
    list_select_related: ClassVar = ["response__contact", "assignee", "team", "root_cause", "state"]
    search_fields = [
        "response__contact__first_name",
        "response__contact__last_name",
        "response__contact__email",
        "assignee__name",
    ]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False
    inlines = [ActivitiesOfFollowup]

    @admin.display(description=_("customer"))
    def customer(self, followup: Followup) -> str:
        return str(followup.response.contact or _("Anonymous customer"))

    @admin.display(description=_("score"), ordering="response__counted_score")
    def score(self, followup: Followup) -> int:
        return int(followup.response.counted_score)
