from typing import Any

from django.http import HttpRequest


class DeletedUnused:
    """What asked somebody is history and is switched off or archived; what never did may be deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and obj.is_unused and super().has_delete_permission(request, obj)  # type: ignore[misc]
