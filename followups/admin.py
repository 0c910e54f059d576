from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.history import ReadOnly
from accounts.admin.kept import Setting
from followups.compensations.admin import CodePoolAdmin
from followups.models import Activity, CodePool, Followup, ReplyTemplate, RootCause, WorkState
from followups.playbooks.admin import PlaybookAdmin
from followups.referrals.admin import ReferralProgrammeAdmin
from followups.testimonials.admin import QuotePolicyAdmin
from followups.vocabulary.admin import RootCauseAdmin, WorkStateAdmin

__all__ = ["FollowupAdmin", "PlaybookAdmin", "QuotePolicyAdmin", "ReferralProgrammeAdmin", "ReplyTemplateAdmin"]

admin.site.register(CodePool, CodePoolAdmin)
admin.site.register(RootCause, RootCauseAdmin)
admin.site.register(WorkState, WorkStateAdmin)


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
                    "Filled in: {first_name}, {name}, {company}, {product}, {agent}, {brand}; {compensation} and "
                    "{code} where something is given with the letter. What may be missing "
                    "stands in brackets: [[Hello {first_name}|Hello]]. The name and signature of the writer are added "
                    "below."
                ),
            },
        ),
    ]


@admin.register(Followup)
class FollowupAdmin(ReadOnly, admin.ModelAdmin[Followup]):
    list_display = [
        "customer", "score", "state", "priority", "assignee", "team", "next_due_at", "closed_at",
        "root_cause", "outcome",
    ]  # fmt: skip
    list_filter = ["status", "state", "response__category", "priority", "team", "root_cause", "outcome", "created_at"]
    list_select_related: ClassVar = [
        "response__contact",
        "invitation__contact",
        "assignee",
        "team",
        "root_cause",
        "state",
    ]
    search_fields = [
        "response__contact__first_name",
        "response__contact__last_name",
        "response__contact__email",
        "invitation__contact__first_name",
        "invitation__contact__last_name",
        "invitation__contact__email",
        "assignee__name",
    ]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False
    inlines = [ActivitiesOfFollowup]

    @admin.display(description=_("customer"))
    def customer(self, followup: Followup) -> str:
        return str(followup.contact or _("Anonymous customer"))

    @admin.display(description=_("score"), ordering="response__counted_score")
    def score(self, followup: Followup) -> int | None:
        return int(followup.response.counted_score) if followup.response else None
