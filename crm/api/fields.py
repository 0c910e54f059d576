"""The fields of what clients send, made from the one description of each record (crm.records)."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from accounts.plaintext import undamaged
from crm.records.fields import Field, Shape
from crm.records.notation import OF_PROGRAMS, Notation

AnyField: TypeAlias = serializers.Field[Any, Any, Any, Any]

MOST_IN_A_LIST = 20


class TextField(serializers.CharField):
    """Text that may be left out, and unless it is needed empty or null; null means empty."""

    def __init__(self, described: Field, *, required: bool = False) -> None:
        self.described = described
        super().__init__(
            required=required,
            allow_blank=described.may_be_empty,
            allow_null=described.may_be_empty,
            max_length=described.longest or None,
            help_text=described.about or None,
        )

    def run_validation(self, data: Any = empty) -> Any:
        value = super().run_validation(data)
        return self.described.empty if value in (None, "") else value

    def to_internal_value(self, data: Any) -> Any:
        try:
            value = undamaged(super().to_internal_value(data))
            return self.described.read(value, getattr(self.parent, "notation", OF_PROGRAMS)) if value else value
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


@extend_schema_field(OpenApiTypes.EMAIL)
class EmailField(TextField):
    pass


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentField(TextField):
    pass


@extend_schema_field(OpenApiTypes.DATE)
class DayField(TextField):
    pass


class NumberField(serializers.Field[Any, Any, Any, Any]):
    """A number, or a number written as a string; null means none."""

    default_error_messages = {"type": _("Use a number, or a number written as a string.")}

    def __init__(self, described: Field) -> None:
        self.described = described
        super().__init__(required=False, allow_null=True, help_text=described.about or None)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, (str, int, float)):
            self.fail("type")
        try:
            return self.described.read(data, OF_PROGRAMS)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


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
class AmountField(NumberField):
    pass


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 1900, "maximum": 2200},
            {"type": "string", "pattern": "^[0-9]{4}$"},
            {"type": "null"},
        ],
        "example": 1980,
    }
)
class YearField(NumberField):
    pass


class ListField(serializers.ListField):
    """A list that may be left out or null; null means empty."""

    def __init__(self, described: Field) -> None:
        assert described.item is not None  # noqa: S101 a list of something
        super().__init__(
            child=api_field(described.item),
            required=False,
            allow_null=True,
            max_length=MOST_IN_A_LIST,
            help_text=described.about or None,
        )

    @property
    def notation(self) -> Notation:
        """How the texts in the list are read: as all others of the row."""
        read_by: Notation = getattr(self.parent, "notation", OF_PROGRAMS)
        return read_by

    def run_validation(self, data: Any = empty) -> Any:
        value = super().run_validation(data)
        return [] if value is None else value


def _choice(described: Field) -> AnyField:
    return serializers.ChoiceField(
        choices=described.choices or [],
        required=False,
        allow_blank=described.may_be_empty,
        help_text=described.about or None,
    )


def _yes_no(described: Field) -> AnyField:
    return serializers.BooleanField(required=False, help_text=described.about or None)


OF_SHAPE: dict[Shape, Callable[[Field], AnyField]] = {
    Shape.TEXT: TextField,
    Shape.REFERENCE: TextField,
    Shape.EMAIL: EmailField,
    Shape.PHONE: TextField,
    Shape.MOMENT: MomentField,
    Shape.DAY: DayField,
    Shape.AMOUNT: AmountField,
    Shape.YEAR: YearField,
    Shape.CHOICE: _choice,
    Shape.YES_NO: _yes_no,
    Shape.LIST: ListField,
}


def api_field(described: Field) -> AnyField:
    """Return the serializer field for a field of a record."""
    return OF_SHAPE[described.shape](described)
