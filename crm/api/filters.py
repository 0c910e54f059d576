from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from accounts.addresses import normalised
from accounts.media import Medium
from crm.models import Channel, Company, Contact, ContactAddress, Deal, Facts, Product, Touchpoint
from crm.records import dates


class MomentFormField(forms.CharField):
    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        # A plus sign that was not escaped arrives as a space.
        head, space, offset = text.rpartition(" ")
        if space and head and offset[:2].isdecimal() and "T" in head:
            text = f"{head}+{offset}"
        try:
            return dates.moment(text)
        except ValueError as error:
            raise forms.ValidationError("%(why)s", params={"why": str(error)}) from None


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = MomentFormField


class AddressFilter(django_filters.CharFilter):  # type: ignore[misc]
    def __init__(self, medium: Medium, **options: Any) -> None:
        super().__init__(**options)
        self.medium = medium

    def filter(self, contacts: QuerySet[Contact], value: str) -> QuerySet[Contact]:
        if not value:
            return contacts
        # A plus sign that was not escaped arrives as a space.
        written = f"+{value}" if self.medium == Medium.SMS and value.isdecimal() else value
        try:
            address = normalised(self.medium, written)
        except ValueError:
            return contacts.none()
        carriers = ContactAddress.objects.carrying(self.medium, address)
        return contacts.filter(pk__in=carriers.values("contact"))


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]
    external_id = django_filters.CharFilter()
    updated_since = MomentFilter(
        field_name="updated_at", lookup_expr="gte", help_text="Changed at this moment or later."
    )


class CompanyFilter(RecordFilter):
    name = django_filters.CharFilter(lookup_expr="icontains", help_text="Part of the name.")
    domain = django_filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = Company
        fields = ["external_id"]


class ContactFilter(RecordFilter):
    company = django_filters.CharFilter(field_name="company__external_id", help_text="External ID of the company.")
    email = AddressFilter(Medium.EMAIL, help_text="Any address of the contact.")
    phone = AddressFilter(Medium.SMS, help_text="Any phone of the contact, in E.164, such as +37060000000.")
    language = django_filters.CharFilter()
    do_not_contact = django_filters.BooleanFilter(
        field_name="do_not_contact_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="Only those who opted out, or not.",
    )

    class Meta:
        model = Contact
        fields = ["external_id"]


class ProductFilter(RecordFilter):
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = Product
        fields = ["external_id"]


class ChannelFilter(RecordFilter):
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = Channel
        fields = ["external_id"]


# By what a filter finds the record that a fact names.
NAMED_BY = {"manager": "email", "brand": "slug"}


def _by_fact(name: str) -> django_filters.CharFilter:
    by = NAMED_BY.get(name, "external_id")
    about = f"The {name}'s {by}." if name in NAMED_BY else f"External ID of the {name}."
    return django_filters.CharFilter(field_name=f"{name}__{by}", help_text=about)


class FactsFilter(RecordFilter):
    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Let every fact that names another record be a filter."""
        named = ("contact", *(name for name in Facts.TOLD if name in Facts.RELATIONS))
        return {**super().get_filters(), **{name: _by_fact(name) for name in named}}


class DealFilter(FactsFilter):
    status = django_filters.ChoiceFilter(choices=Deal.Status.choices)
    closed_since = MomentFilter(field_name="closed_at", lookup_expr="gte", help_text="Closed at this moment or later.")
    closed_before = MomentFilter(field_name="closed_at", lookup_expr="lt", help_text="Closed before this moment.")

    class Meta:
        model = Deal
        fields = ["external_id"]


class TouchpointFilter(FactsFilter):
    kind = django_filters.CharFilter()
    deal = django_filters.CharFilter(field_name="deal__external_id", help_text="External ID of the deal.")
    occurred_since = MomentFilter(field_name="occurred_at", lookup_expr="gte", help_text="At this moment or later.")
    occurred_before = MomentFilter(field_name="occurred_at", lookup_expr="lt", help_text="Before this moment.")

    class Meta:
        model = Touchpoint
        fields = ["external_id"]
