"""What clients read."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.media import OF_CUSTOMERS, Medium
from crm.api.permissions import reads_scores_of_people
from crm.models import Channel, Company, Consent, Contact, Deal, Facts, LatestScore, Product, Touchpoint
from crm.reachability import Use

IDENTITY = ["id", "source", "external_id"]
MOMENTS = ["created_at", "updated_at"]
FACTS = ["contact", *Facts.TOLD, "team", "amount_base"]


class ReferenceField(serializers.CharField):
    """The external ID of another record, null when there is none or it was made by hand."""

    def __init__(self, to: str) -> None:
        super().__init__(source=f"{to}.external_id", read_only=True, allow_null=True, default=None)


class ManagerField(serializers.CharField):
    """The e-mail address of an employee, else the external ID."""

    def __init__(self) -> None:
        super().__init__(read_only=True, allow_null=True)

    def to_representation(self, value: Any) -> str:
        return value.email or value.external_id or ""


class CompanyRead(serializers.ModelSerializer[Company]):
    class Meta:
        model = Company
        fields = [*IDENTITY, "name", "domain", "industry", "size_band", "region", "timezone", *MOMENTS]


class ConsentRead(serializers.Serializer[Any]):
    """What the contact said about each medium."""

    def __init__(self, use: Use) -> None:
        super().__init__(source="consents")
        self.use = use

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            medium.value: serializers.ChoiceField(choices=Consent.Status.choices, required=False)
            for medium in OF_CUSTOMERS
        }

    def to_representation(self, instance: Any) -> dict[str, str]:
        of_use = (consent for consent in instance.all() if consent.use == self.use)
        return {consent.medium: consent.status for consent in of_use if consent.medium in OF_CUSTOMERS}


class AddressesRead(serializers.ListField):
    """The addresses of a contact by one medium, the preferred one first."""

    child = serializers.CharField()

    def __init__(self, medium: Medium) -> None:
        super().__init__(source="addresses", read_only=True)
        self.medium = medium

    def to_representation(self, addresses: Any) -> list[str]:
        found = [address for address in addresses.all() if address.medium == self.medium]
        return [address.value for address in sorted(found, key=lambda address: (not address.is_preferred, address.pk))]


class LatestScoreRead(serializers.ModelSerializer[LatestScore]):
    """What a contact said last by one metric, and what stands open of the work about it."""

    product = ReferenceField("product")

    class Meta:
        model = LatestScore
        fields = [
            "metric", "answer", "answered_at", "score", "category", "previous_score", "previous_category", "trend",
            "product", "topics", "work", "reached_at",
        ]  # fmt: skip


class ContactRead(serializers.ModelSerializer[Contact]):
    company = ReferenceField("company")
    do_not_contact = serializers.SerializerMethodField()
    consent = ConsentRead(Use.SURVEYS)
    marketing_consent = ConsentRead(Use.MARKETING)
    emails = AddressesRead(Medium.EMAIL)
    phones = AddressesRead(Medium.SMS)
    email_bounced_at = serializers.SerializerMethodField()
    latest_scores = serializers.SerializerMethodField()

    class Meta:
        model = Contact
        fields = [
            *IDENTITY, "company", "first_name", "last_name", "email", "emails", "phone", "phones",
            "job_title", "language", "timezone", "region", "customer_since", "birth_year", "lifecycle",
            "do_not_contact", "do_not_contact_at", "do_not_contact_reason", "consent", "marketing_consent",
            "email_bounced_at", "latest_scores",
            *MOMENTS,
        ]  # fmt: skip

    @extend_schema_field(
        LatestScoreRead(many=True, allow_null=True, help_text="Null for a key without the scopes answers and personal.")
    )
    def get_latest_scores(self, contact: Contact) -> list[Any] | None:
        request = self.context.get("request")
        if request is None or not reads_scores_of_people(request.auth):
            return None
        scores = sorted(contact.latest_scores.all(), key=lambda score: score.metric)
        return list(LatestScoreRead(scores, many=True).data)

    def get_do_not_contact(self, contact: Contact) -> bool:
        return not contact.may_be_contacted

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_email_bounced_at(self, contact: Contact) -> datetime | None:
        of_email = (address for address in contact.addresses.all() if address.medium == Medium.EMAIL)
        return next((address.bounced_at for address in of_email if address.is_preferred), None)


class ProductRead(serializers.ModelSerializer[Product]):
    class Meta:
        model = Product
        fields = [*IDENTITY, "name", "is_active", *MOMENTS]


class ChannelRead(serializers.ModelSerializer[Channel]):
    class Meta:
        model = Channel
        fields = [*IDENTITY, "name", "is_active", *MOMENTS]


class FactsRead(serializers.ModelSerializer[Any]):
    contact = ReferenceField("contact")
    manager = ManagerField()
    brand = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    team = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)

    def get_fields(self) -> dict[str, Any]:
        """Name other records by the client's own IDs."""
        named = (name for name in (*Facts.RELATIONS, "deal") if name in self.Meta.fields)
        references = {name: ReferenceField(name) for name in named if name not in self._declared_fields}
        fields = super().get_fields()
        return {name: references.get(name, field) for name, field in fields.items()}


class DealRead(FactsRead):
    class Meta:
        model = Deal
        fields = [*IDENTITY, *FACTS, "title", "url", "referral_code", "opened_at", "status", "closed_at", *MOMENTS]


class TouchpointRead(FactsRead):
    class Meta:
        model = Touchpoint
        fields = [*IDENTITY, "kind", "occurred_at", "deal", *FACTS, "cancelled_at", *MOMENTS]
