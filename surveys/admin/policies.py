from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from surveys.forms import AskingPolicyForm
from surveys.models import AskingPolicy


@admin.register(AskingPolicy)
class AskingPolicyAdmin(admin.ModelAdmin[AskingPolicy]):
    """One row: the list leads straight to it."""

    form = AskingPolicyForm
    fieldsets = (
        (
            _("For one contact"),
            {"fields": ("transactional_days", "relational_days", "floor_days", "loser", "days_late")},
        ),
        (_("For one company"), {"fields": ("company_budget", "company_window_days")}),
        (_("Addresses and time"), {"fields": ("role_names", "default_timezone")}),
        (_("Addresses that do not work"), {"fields": ("hard_bounces", "soft_bounces")}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_change_permission(request):
            return super().changelist_view(request, extra_context)
        policy, _created = AskingPolicy.objects.get_or_create(pk=1)
        return redirect("admin:surveys_askingpolicy_change", policy.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AskingPolicy | None = None) -> bool:
        return False
