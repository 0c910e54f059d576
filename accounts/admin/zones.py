from typing import Any

from django.db import models
from django.http import HttpRequest

from accounts.form_fields import TimeZoneField


class ZonePickers:
    """Time zones are found by a city or a country, not written by heart."""

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "timezone":
            return db_field.formfield(form_class=TimeZoneField)
        return super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
