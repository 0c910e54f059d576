from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

THE_ROW = 1


class OneRow:
    """Settings of which there is only one row: the list leads straight to it, and it is made when first looked at."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            return super().changelist_view(request, extra_context)  # type: ignore[misc,no-any-return]
        row = self._row()
        return redirect(f"admin:{row._meta.label_lower.replace('.', '_')}_change", row.pk)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row, whether or not its list was opened before."""
        if object_id == str(THE_ROW) and self.has_change_permission(request):  # type: ignore[attr-defined]
            self._row()
        return super().get_object(request, object_id, from_field)  # type: ignore[misc]

    def _row(self) -> Any:
        row, _created = self.model.objects.get_or_create(pk=THE_ROW)  # type: ignore[attr-defined]
        return row

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False
