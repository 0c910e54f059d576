from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import SecurityEvent


@admin.register(SecurityEvent)
class SecurityEventAdmin(admin.ModelAdmin[SecurityEvent]):
    """To be read only; the database refuses changes as well."""

    list_display = ("at", "kind", "by", "means", "about", "subject", "network", "browser", "said")
    list_select_related = ("by", "about")
    list_filter = ("kind", ("by", admin.RelatedOnlyFieldListFilter), ("about", admin.RelatedOnlyFieldListFilter))
    search_fields = ("by__name", "by__email", "about__name", "about__email", "subject", "network", "means")
    search_help_text = _("Name or e-mail address of either person, key, group, setting or network")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    show_full_result_count = False

    @admin.display(description=_("details"))
    def said(self, event: SecurityEvent) -> str:
        return "; ".join(f"{name}: {_told(name, value)}" for name, value in event.details.items())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SecurityEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SecurityEvent | None = None) -> bool:
        return False


def _told(name: str, value: Any) -> str:
    """Return what a detail says: the rights that came or went, what was and what is now, or the thing itself."""
    if isinstance(value, list):
        return (", " if name in ("add", "remove") else " → ").join(map(str, value))
    return str(value)
