from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """What happened is history: it is looked at, never edited."""

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False


class ActedUpon(ReadOnly):
    """History with actions in its list for those who may change it; no single row has a form to save."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super(ReadOnly, self).has_change_permission(request)  # type: ignore[misc]
        return obj is None and allowed

    def get_readonly_fields(self, *args: Any) -> list[str]:
        return [field.name for field in self.model._meta.fields]  # type: ignore[attr-defined]
