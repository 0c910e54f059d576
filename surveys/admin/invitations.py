from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from surveys.admin.archive import SurveyFilter
from surveys.fates import ledger
from surveys.judging import reasons
from surveys.models import Invitation


class ReasonFilter(admin.SimpleListFilter):
    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(reasons.REASONS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> QuerySet[Invitation]:
        return queryset.filter(reason=self.value()) if self.value() else queryset


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    """Whom we asked, when, and why not: history that is read and never changed."""

    list_display = ("id", "contact", "survey", "status", "why", "due_at", "asked_at", "answered_at")
    list_display_links = ("id", "contact")
    list_filter = ("status", ReasonFilter, ("survey", SurveyFilter), "kind", "origin", "asked_at")
    list_select_related = ("contact", "survey")
    list_per_page = 50
    search_fields = ("contact__email", "contact__last_name", "contact__first_name", "=contact__external_id")
    search_help_text = _("E-mail address, name or external ID of the contact")
    ordering = ("-id",)
    show_full_result_count = False
    fieldsets = (
        (
            None,
            {"fields": ("contact", "survey", "version", ("trigger", "wave", "wave_round"), "arm", ("status", "why"))},
        ),
        (_("Life"), {"fields": ("life",)}),
        (_("Judgements"), {"fields": ("judged",)}),
        (_("Messages"), {"fields": ("messages",)}),
        (
            _("Frozen facts"),
            {
                "fields": (
                    "touchpoint", "company", ("manager", "team"), ("product", "channel"), "campaign",
                    ("amount", "currency"), ("language", "medium"),
                ),
            },
        ),
        (
            _("Moments"),
            {
                "fields": (
                    ("planned_at", "due_at"), ("queued_at", "asked_at", "expires_at"),
                    ("reminders_left", "remind_at", "fall_back_at"),
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = ("why", "life", "judged", "messages")

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, invitation: Invitation) -> str:
        return reasons.label(invitation.reason) if invitation.reason else ""

    @admin.display(description=_("what happened"))
    def life(self, invitation: Invitation) -> SafeString:
        return render_to_string("admin/surveys/invitation/_life.html", {"moments": ledger.of(invitation)})

    @admin.display(description=_("rules"))
    def judged(self, invitation: Invitation) -> SafeString:
        judgements = sorted(invitation.judgements.all(), key=lambda judgement: judgement.at, reverse=True)
        explained = [
            (judgement, reasons.label(judgement.reason), reasons.lines(judgement.trace)) for judgement in judgements
        ]
        return render_to_string("admin/surveys/invitation/_judgements.html", {"judgements": explained})

    @admin.display(description=_("messages"))
    def messages(self, invitation: Invitation) -> SafeString:
        sendings = invitation.sendings.all()
        return render_to_string("admin/surveys/invitation/_messages.html", {"sendings": sendings})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        invitations = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name == "surveys_invitation_change":
            related = (
                "version",
                "trigger",
                "wave",
                "arm",
                "touchpoint",
                "company",
                "manager",
                "team",
                "product",
                "channel",
            )
            return invitations.select_related("contact", "survey", *related).prefetch_related(
                "judgements", "sendings__message"
            )
        return invitations

    def view_on_site(self, invitation: Invitation) -> str:
        return reverse("invitation", args=[invitation.pk])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False
