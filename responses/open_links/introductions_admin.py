"""The details that people left: found by what they ask about, and deleted when they wish it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import securitylog
from accounts.admin.history import ReadOnly
from accounts.models import SecurityEvent
from responses.models import Introduction

# Whoever may change customers' records may also delete what somebody says to be.
MAY_DELETE = "crm.change_contact"


@admin.register(Introduction)
class IntroductionAdmin(ReadOnly, admin.ModelAdmin[Introduction]):
    list_display = ("agreed_at", "name", "email", "phone", "confirmed_at")
    search_fields = ("name", "email", "phone")
    ordering = ("-agreed_at", "-pk")
    exclude = ("token_hash",)
    raw_id_fields = ("response",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_delete_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_delete_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(MAY_DELETE)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Introduction]) -> Any:
        """Note who deleted it, and nothing of what was to be forgotten."""
        for row in queryset:
            subject = f"{row._meta.label} {row.pk}"
            securitylog.note(SecurityEvent.Kind.SETTING_CHANGED, subject=subject, deed="deleted")
