from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import TimeZoneField, WeekdaysField


class PickedClocks:
    """Time zones are found by a city or a country and weekdays ticked, neither written by heart."""

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "timezone":
            return db_field.formfield(form_class=TimeZoneField)
        if db_field.name == "weekdays":
            return WeekdaysField(
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
                initial=db_field.get_default(),
                help_text=_("None ticked: as our company.") if db_field.blank else "",
            )
        return super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
