"""What clients send. A field that is left out keeps its value; an unknown field is refused, so that a slip shows."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.media import OF_CUSTOMERS
from crm import parsing
from crm.api.fields import (
    AmountField,
    CurrencyField,
    DayField,
    EmailField,
    LanguageField,
    MomentField,
    ReferenceField,
    RequiredTextField,
    TextField,
    TimezoneField,
)
from crm.models import Company, Consent, Contact, Deal, Touchpoint


class StrictSerializer(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.fields] if isinstance(data, dict) else []
        errors: dict[str, Any] = {name: [_("There is no such field.")] for name in unknown}
        values: Any = {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail if isinstance(error.detail, dict) else {}
        if errors:
            raise serializers.ValidationError(errors)
        return values


class ExternalIdField(RequiredTextField):
    def __init__(self, **options: Any) -> None:
        help_text = "The ID of the record in the client's own system."
        super().__init__(**{"required": True, "max_length": 200, "help_text": help_text, **options})


class CompanyWrite(StrictSerializer):
    name = RequiredTextField(max_length=200, help_text="Needed when the company is new.")
    domain = TextField(max_length=200)
    industry = TextField(max_length=100)
    size_band = serializers.ChoiceField(
        choices=Company.SizeBand.choices, required=False, allow_blank=True, help_text="How many people work there."
    )
    region = TextField(max_length=100)
    timezone = TimezoneField(help_text="IANA name, such as Europe/Vilnius.")


class ConsentWrite(StrictSerializer):
    """What the contact said about each medium. An objection is never taken back by the API."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            medium.value: serializers.ChoiceField(choices=Consent.Status.choices, required=False)
            for medium in OF_CUSTOMERS
        }


class ContactWrite(StrictSerializer):
    company = ReferenceField(help_text="External ID of the company.")
    first_name = TextField(max_length=100)
    last_name = TextField(max_length=100)
    email = EmailField(help_text="Kept trimmed and in lower case.")
    phone = TextField(
        max_length=50,
        help_text="International form, such as +370 600 00000; kept as E.164. A national form is understood when "
        "`region` in the same row is a country code such as LT.",
    )
    job_title = TextField(max_length=100)
    language = LanguageField(help_text="en, uk, ru or lt; a variant such as uk-UA is understood.")
    timezone = TimezoneField(help_text="IANA name, such as Europe/Vilnius.")
    region = TextField(max_length=100)
    customer_since = DayField()
    do_not_contact = serializers.BooleanField(
        required=False, help_text="true: never ask this contact. false does not take an opt-out back; staff can."
    )
    do_not_contact_at = MomentField(help_text="Since when; the moment of the request when left out.")
    do_not_contact_reason = serializers.ChoiceField(choices=Contact.OptOut.choices, required=False)
    consent = ConsentWrite(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("do_not_contact") and (attrs.get("do_not_contact_at") or attrs.get("do_not_contact_reason")):
            raise serializers.ValidationError({"do_not_contact": _("Send true together with when and why.")})
        if attrs.get("phone"):
            try:
                attrs["phone"] = parsing.phone(attrs["phone"], attrs.get("region", ""))
            except ValueError as error:
                raise serializers.ValidationError({"phone": str(error)}) from None
        return attrs


class ProductWrite(StrictSerializer):
    name = RequiredTextField(max_length=200, help_text="Needed when the product is new.")
    is_active = serializers.BooleanField(required=False)


class ChannelWrite(StrictSerializer):
    name = RequiredTextField(max_length=200, help_text="Needed when the channel is new.")
    is_active = serializers.BooleanField(required=False)


class FactsWrite(StrictSerializer):
    company = ReferenceField(help_text="External ID of the company.")
    manager = ReferenceField(help_text="The employee who owned it: external ID or e-mail address.")
    product = ReferenceField(help_text="External ID of the product.")
    channel = ReferenceField(help_text="External ID of the channel.")
    campaign = TextField(max_length=100)
    amount = AmountField(help_text="Rounded to cents.")
    currency = CurrencyField(help_text="ISO 4217, such as EUR.")


class DealWrite(FactsWrite):
    contact = RequiredTextField(max_length=200, help_text="External ID of the contact. Needed when the deal is new.")
    title = TextField(max_length=200)
    opened_at = MomentField()
    status = serializers.ChoiceField(
        choices=Deal.Status.choices, required=False, help_text="Writing won records the touchpoint “deal won”, once."
    )
    closed_at = MomentField(help_text="When it was won or lost; the moment of the request when left out.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("status") == Deal.Status.OPEN and attrs.get("closed_at"):
            raise serializers.ValidationError({"closed_at": _("An open deal has no closing time.")})
        return attrs


class TouchpointWrite(FactsWrite):
    kind = serializers.ChoiceField(
        choices=Touchpoint.Kind.choices,
        required=False,
        help_text="Needed when the touchpoint is new. deal_won is recorded by writing the deal as won.",
    )
    occurred_at = MomentField(allow_null=False, allow_blank=False, help_text="Needed when the touchpoint is new.")
    deal = ReferenceField(help_text="External ID of the deal, which then gives the facts that are left out.")
    contact = RequiredTextField(
        max_length=200, help_text="External ID of the contact. Needed when the touchpoint is new and names no deal."
    )


class CompanyRow(CompanyWrite):
    external_id = ExternalIdField()


class ContactRow(ContactWrite):
    external_id = ExternalIdField()


class ProductRow(ProductWrite):
    external_id = ExternalIdField()


class ChannelRow(ChannelWrite):
    external_id = ExternalIdField()


class DealRow(DealWrite):
    external_id = ExternalIdField()


class TouchpointRow(TouchpointWrite):
    external_id = ExternalIdField()


class Counts(serializers.Serializer[Any]):
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
    counts = Counts()
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
