from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.history import ReadOnly
from crm.admin.sourced import SourcedRows
from crm.admin.touchpoint_kinds import TouchpointKindFilter
from crm.models import Deal, Facts, Touchpoint
from crm.models.touchpoint import label_of_kind

FACTS = ("contact", *Facts.TOLD)


def worth(row: Deal | Touchpoint) -> str:
    return "" if row.amount is None else f"{row.amount} {row.currency}".strip()


@admin.register(Deal)
class DealAdmin(SourcedRows, admin.ModelAdmin[Deal]):
    """An open deal can be edited; how it ended is set by the actions, which also make or cancel its touchpoint."""

    list_display = ("__str__", "contact", "manager", "product", "channel", "sum", "status", "closed_at")
    list_filter = ("status", "product", "channel", "source")
    list_select_related = ("contact", "manager", "product", "channel")
    search_fields = ("title", "external_id", "contact__last_name", "contact__email", "company__name", "manager__name")
    search_help_text = _("Title, external ID, contact, company or manager")
    date_hierarchy = "closed_at"
    ordering = ("-pk",)
    autocomplete_fields = ("contact", "company", "manager", "product", "channel")
    actions = ("win", "lose", "reopen")
    fields = ("title", "url", *FACTS, "referral_code", "opened_at", "status", "closed_at", *SourcedRows.provenance)

    def get_readonly_fields(self, request: HttpRequest, deal: Deal | None = None) -> Any:
        outcome = ("status", "closed_at", *self.provenance)
        if deal is None or deal.status == Deal.Status.OPEN:
            return outcome
        # What a closed deal was about is frozen: its touchpoint and the answers to it say the same.
        return (*FACTS, "opened_at", *outcome)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, deal: Deal) -> str:
        return worth(deal)

    @admin.action(description=_("Win the selected deals"), permissions=["change"])
    def win(self, request: HttpRequest, queryset: QuerySet[Deal]) -> None:
        self._end(request, queryset, Deal.Status.WON, Deal.win)

    @admin.action(description=_("Lose the selected deals"), permissions=["change"])
    def lose(self, request: HttpRequest, queryset: QuerySet[Deal]) -> None:
        self._end(request, queryset, Deal.Status.LOST, Deal.lose)

    @admin.action(description=_("Reopen the selected deals"), permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Deal]) -> None:
        self._end(request, queryset, Deal.Status.OPEN, Deal.reopen)

    def _end(
        self, request: HttpRequest, queryset: QuerySet[Deal], status: Deal.Status, verb: Callable[[Deal], Any]
    ) -> None:
        changed = list(queryset.exclude(status=status))
        for deal in changed:
            verb(deal)
            self.log_change(request, deal, str(_("Status: %(status)s.") % {"status": status.label}))
        said = ngettext("%(count)d deal is now %(status)s.", "%(count)d deals are now %(status)s.", len(changed))
        messages.info(request, said % {"count": len(changed), "status": status.label})


@admin.register(Touchpoint)
class TouchpointAdmin(ReadOnly, admin.ModelAdmin[Touchpoint]):
    list_display = ("occurred_at", "named_kind", "contact", "company", "manager", "product", "channel", "sum", "stands")
    list_filter = (TouchpointKindFilter, "product", "channel", "source")
    list_select_related = ("contact", "company", "manager", "product", "channel")
    search_fields = ("external_id", "contact__last_name", "contact__email", "company__name", "manager__name")
    search_help_text = _("External ID, contact, company or manager")
    date_hierarchy = "occurred_at"
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, touchpoint: Touchpoint) -> str:
        return worth(touchpoint)

    @admin.display(description=_("kind"), ordering="kind")
    def named_kind(self, touchpoint: Touchpoint) -> str:
        return label_of_kind(touchpoint.kind)

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, touchpoint: Touchpoint) -> bool:
        return touchpoint.cancelled_at is None
