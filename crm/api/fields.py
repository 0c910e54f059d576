"""The fields of what clients send: each hands the text to its function in crm.parsing."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from crm import parsing
from crm.api.errors import printable


class TextField(serializers.CharField):
    """Text that may be left out, empty or null; null means empty."""

    default_error_messages = {"unreadable": _("Remove the null characters and halves of surrogate pairs.")}
    when_empty: Any = ""
    parse: Callable[[str], Any] | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_blank": True, "allow_null": True, **options})

    def run_validation(self, data: Any = empty) -> Any:
        value = super().run_validation(data)
        return self.when_empty if value in (None, "") else value

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if printable(value, len(value)) != value:
            self.fail("unreadable")
        if self.parse is None or not value:
            return value
        try:
            return self.parse(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class RequiredTextField(TextField):
    """Text that a new record must have; it may be left out when the record exists."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_blank": False, "allow_null": False, **options})


class ReferenceField(TextField):
    """The external ID of another record of the same source; null or empty means none."""

    when_empty = None

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, **options)


@extend_schema_field(OpenApiTypes.EMAIL)
class EmailField(TextField):
    parse = staticmethod(parsing.email)


class LanguageField(TextField):
    parse = staticmethod(parsing.language)


class TimezoneField(TextField):
    parse = staticmethod(parsing.timezone)


class CurrencyField(TextField):
    parse = staticmethod(parsing.currency)


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentField(TextField):
    when_empty = None
    parse = staticmethod(parsing.moment)


@extend_schema_field(OpenApiTypes.DATE)
class DayField(TextField):
    when_empty = None
    parse = staticmethod(parsing.day)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "number", "minimum": 0, "maximum": 999_999_999_999},
            {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$"},
            {"type": "null"},
        ],
        "example": "1250.00",
    }
)
class AmountField(serializers.Field[Any, Any, Any, Any]):
    default_error_messages = {"type": _("Use a number, or a number written as a string.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, **options})

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, (str, int, float)):
            self.fail("type")
        try:
            return parsing.amount(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None
