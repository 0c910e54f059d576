"""What clients send. A field that is left out keeps its value; an unknown field is refused, so that a slip shows."""

from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.media import OF_CUSTOMERS
from crm.api.fields import AnyField, TextField, api_field
from crm.models import Consent
from crm.records.consents import OBJECTS
from crm.records.kinds import EXTERNAL_ID, RECORDS, Record
from crm.records.notation import OF_PROGRAMS

# Of the fields that are not there, so many are named.
MOST_NAMED = 20


class StrictSerializer(serializers.Serializer[Any]):
    record: Record | None = None
    # How texts of this row are read; only a row that names its region has more to tell than programs do.
    notation = OF_PROGRAMS

    def to_internal_value(self, data: Any) -> Any:
        region = data.get("region") if isinstance(data, dict) else None
        self.notation = OF_PROGRAMS.in_region(region) if isinstance(region, str) else OF_PROGRAMS
        errors: dict[str, Any] = self._unknown(data) if isinstance(data, dict) else {}
        values: Any = {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail if isinstance(error.detail, dict) else {}
        errors = errors or (self.record.contradictions(values) if self.record else {})
        if errors:
            raise serializers.ValidationError(errors)
        return values

    def _unknown(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return an error for each field that is not there; of very many, which nobody reads, for the first ones."""
        unknown = list(islice((name for name in data if name not in self.fields), MOST_NAMED))
        return {name: [_("There is no such field.")] for name in unknown}


def _write(kind: str, **more: AnyField) -> type[StrictSerializer]:
    """Return the serializer of a record without its external ID, which stands in the address."""
    record = RECORDS[kind]
    fields = {name: api_field(field) for name, field in record.fields_of_programs.items() if name != "external_id"}
    return type(f"{kind.capitalize()}Write", (StrictSerializer,), {"record": record, **fields, **more})


def _row(write: type[StrictSerializer]) -> type[StrictSerializer]:
    return type(write.__name__.replace("Write", "Row"), (write,), {"external_id": external_id_field()})


def external_id_field() -> AnyField:
    return TextField(EXTERNAL_ID, required=True)


class ConsentWrite(StrictSerializer):
    """What the contact said about each medium. An objection is never taken back by the API; left out means not said."""

    def get_fields(self) -> dict[str, AnyField]:
        return {
            medium.value: serializers.ChoiceField(choices=Consent.Status.choices, required=False)
            for medium in OF_CUSTOMERS
        }


CompanyWrite = _write("company")
ContactWrite = _write("contact", **{name: ConsentWrite(required=False) for name in OBJECTS.values()})
ProductWrite = _write("product")
ChannelWrite = _write("channel")
DealWrite = _write("deal")
TouchpointWrite = _write("touchpoint")

CompanyRow = _row(CompanyWrite)
ContactRow = _row(ContactWrite)
ProductRow = _row(ProductWrite)
ChannelRow = _row(ChannelWrite)
DealRow = _row(DealWrite)
TouchpointRow = _row(TouchpointWrite)


class BulkCounts(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()


class RowReport(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Place of the row in the request, from 0.")
    external_id = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=["created", "updated", "unchanged", "rejected"])
    id = serializers.IntegerField(allow_null=True, help_text="Our ID of the record; null when it was rejected.")
    # The metaclass takes declared fields off the class, so `errors` stays what it is on every serializer.
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="By field, why the row was rejected."
    )
    notes = serializers.DictField(
        child=serializers.CharField(), help_text="By field, what was left as it is although the row was taken."
    )


class BulkReport(serializers.Serializer[Any]):
    counts = BulkCounts()
    rows = RowReport(many=True)


class ErrorBody(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; meant for programs.")
    message = serializers.CharField(help_text="In the language of Accept-Language; meant for people.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # Declared here because a serializer has an attribute `fields` of its own.
        by_name = serializers.DictField(child=serializers.CharField(), help_text="One sentence per field.")
        return {**super().get_fields(), "fields": by_name}


class Error(serializers.Serializer[Any]):
    error = ErrorBody()
