from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest

from accounts import clock
from accounts.form_fields import PlainField


class SourcedRows:
    """Rows that another system may feed: where they came from is shown, not edited; none is deleted, for answers
    and touchpoints name them for ever."""

    provenance = ("source", "external_id", "created_at", "updated_at")
    show_full_result_count = False
    list_per_page = 50
    formfield_overrides: ClassVar[Mapping[type[models.Field[Any, Any]], Mapping[str, Any]]] = {
        models.CharField: {"form_class": PlainField},
        models.URLField: {"form_class": forms.URLField, "assume_scheme": "https"},
    }

    def get_readonly_fields(self, *args: Any) -> Any:
        return self.provenance

    def has_delete_permission(self, *args: Any) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let other systems see by `updated_at` that the record changed."""
        obj.updated_at = clock.now()
        super().save_model(request, obj, form, change)  # type: ignore[misc]
