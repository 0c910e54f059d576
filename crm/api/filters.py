from collections.abc import Collection
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import PermissionDenied, ValidationError

from accounts.addresses import normalised
from accounts.media import Medium
from crm import parsers, segments
from crm.api.permissions import HasScope, reads_scores_of_people
from crm.models import Channel, Company, Contact, ContactAddress, Deal, Facts, Product, Touchpoint
from crm.records import dates

# Of what is not there, so many are named.
MOST_NAMED = 20


def check_names(sent: QueryDict, filter_set: type["RecordFilter"], *, also: Collection[str]) -> None:
    """Raise ValidationError for a filter that is not there, or there twice: it would filter nothing, unnoticed."""
    known = [*filter_set.base_filters, *also]
    errors = {
        name: _("There is no such filter. Known: %(known)s.") % {"known": ", ".join(known)}
        for name in list(sent)[:MOST_NAMED]
        if name not in known
    }
    errors |= {name: _("Send this filter once.") for name, values in sent.lists() if name in known and len(values) > 1}
    if errors:
        raise ValidationError(errors)


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


class AddressFormField(forms.CharField):
    """An address of one medium, in whatever spelling, as it is kept."""

    def __init__(self, *args: Any, medium: Medium, **options: Any) -> None:
        self.medium = medium
        super().__init__(*args, strip=False, **options)

    def clean(self, value: Any) -> str:
        text = super().clean(value).strip()
        # A plus sign that was not escaped arrives as a space.
        if self.medium == Medium.EMAIL:
            text = text.replace(" ", "+")
        elif text and not text.startswith(("+", "00")):
            text = f"+{text}"
        try:
            return normalised(self.medium, text)
        except ValueError as error:
            raise forms.ValidationError("%(why)s", params={"why": str(error)}) from None


class AddressFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = AddressFormField

    def filter(self, contacts: QuerySet[Contact], value: str) -> QuerySet[Contact]:
        if not value:
            return contacts
        carriers = ContactAddress.objects.carrying(self.extra["medium"], value)
        return contacts.filter(pk__in=carriers.values("contact"))


class SegmentFilter(django_filters.NumberFilter):  # type: ignore[misc]
    """Who is in a segment tells what people answered, so it needs the scopes of answers and of names."""

    field_class = forms.IntegerField
    LARGEST = 2**63 - 1

    def filter(self, contacts: QuerySet[Contact], value: int | None) -> QuerySet[Contact]:
        if value is None:
            return contacts
        if not reads_scores_of_people(self.parent.request.auth):
            raise PermissionDenied(HasScope.message)
        try:
            if not 0 < value <= self.LARGEST:
                raise segments.UnknownSegment(value)
            return contacts.filter(pk__in=segments.members_of(value).values("pk"))
        except segments.UnknownSegment:
            raise ValidationError({"segment": _("There is no such segment for everybody.")}) from None


class YesNoFormField(forms.CharField):
    def clean(self, value: Any) -> bool | None:
        text = super().clean(value)
        try:
            return parsers.yes_or_no(text) if text else None
        except ValueError as error:
            raise forms.ValidationError("%(why)s", params={"why": str(error)}) from None


class YesNoFilter(django_filters.BooleanFilter):  # type: ignore[misc]
    """Django's own field takes what it does not understand for “either”."""

    field_class = YesNoFormField


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
    email = AddressFilter(medium=Medium.EMAIL, help_text="Any address of the contact.")
    phone = AddressFilter(
        medium=Medium.SMS, help_text="Any phone of the contact, with + and the country code, such as +370 600 00000."
    )
    language = django_filters.CharFilter()
    do_not_contact = YesNoFilter(
        field_name="do_not_contact_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="Only those who opted out, or not.",
    )
    segment = SegmentFilter(
        help_text="Number of a segment for everybody: only who is in it now. Needs the scopes answers and personal."
    )

    class Meta:
        model = Contact
        fields = ["external_id"]


class ProductFilter(RecordFilter):
    is_active = YesNoFilter()

    class Meta:
        model = Product
        fields = ["external_id"]


class ChannelFilter(RecordFilter):
    is_active = YesNoFilter()

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
