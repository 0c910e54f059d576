from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from accounts import securitylog
from accounts.securitylog import Kind


class Kept:
    """Answers and follow-ups name these rows for ever, so they are switched off or renamed, never deleted."""

    def has_delete_permission(self, *args: Any) -> bool:
        return False


class Setting:
    """These rows say how the installation works: who changes them stands in the security log."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _note("added", [obj])
        return super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _note("changed", [obj], message)
        return super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        _note("deleted", queryset)
        return super().log_deletions(request, queryset)  # type: ignore[misc]


def _note(deed: str, rows: Iterable[Model], message: Any = None) -> None:
    for row in rows:
        subject = f"{row._meta.label} {row.pk}: {row}"
        securitylog.note(Kind.SETTING_CHANGED, subject=subject, deed=deed, **({"fields": message} if message else {}))
