from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class OneRow:
    """Settings of which there is only one row: the list leads straight to it, and it is made when first looked at."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            return super().changelist_view(request, extra_context)  # type: ignore[misc,no-any-return]
        row, _created = self.model.objects.get_or_create(pk=1)  # type: ignore[attr-defined]
        return redirect(f"admin:{row._meta.label_lower.replace('.', '_')}_change", row.pk)

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False
