"""Turn the external IDs by which other systems name their records into ours, for many rows at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, User
from crm.models import Channel, Company, Contact, Deal, Facts, Product, Sourced, Touchpoint

Found: TypeAlias = dict[str, int]
Find: TypeAlias = Callable[[str, set[str]], Found]
Resolved: TypeAlias = tuple[dict[str, Any], dict[str, str]]


def resolve(model: type[Sourced], rows: Sequence[Mapping[str, Any]], *, source: str) -> list[Resolved]:
    """Return per row its values with `company` → `company_id` and so on, and the errors by field.

    A reference means a record of the same `source`, else one that was made by hand under that external ID; a manager
    is named by external ID or e-mail address. One query per kind of reference, whatever the number of rows.
    """
    fields = [field for field in FIELDS.get(model, ()) if any(row.get(field) is not None for row in rows)]
    found = {field: FIND[field](source, {row[field] for row in rows if row.get(field)}) for field in fields}
    return [_resolved(row, FIELDS.get(model, ()), found) for row in rows]


def _resolved(row: Mapping[str, Any], fields: Sequence[str], found: Mapping[str, Found]) -> Resolved:
    values, errors = dict(row), {}
    for field in fields:
        if field not in values:
            continue
        wanted = values.pop(field)
        values[f"{field}_id"] = found[field].get(wanted) if wanted else None
        if wanted and values[f"{field}_id"] is None:
            errors[field] = str(UNKNOWN[field]) % {"external_id": wanted}
    return values, errors


def _by_external_id(model: type[Sourced]) -> Find:
    # A record that was absorbed means the one that absorbed it.
    key = Coalesce("merged_into", "pk") if model is Contact else F("pk")

    def find(source: str, wanted: set[str]) -> Found:
        # The client's own records come last, so that they win.
        rows = model._default_manager.filter(source__in=["", source], external_id__in=wanted).order_by("source")
        return {str(external_id): pk for external_id, pk in rows.values_list("external_id", key)}

    return find


def _people(source: str, wanted: set[str]) -> Found:
    addresses = {name.lower() for name in wanted if "@" in name}
    people = User.objects.filter(Q(source__in=["", source], external_id__in=wanted) | Q(email__in=addresses))
    rows = list(people.order_by("source").values_list("pk", "source", "external_id", "email"))
    by_email = {email: pk for pk, _source, _external_id, email in rows if email}
    found = {name: by_email[name.lower()] for name in wanted if name.lower() in by_email}
    return found | {
        external_id: pk for pk, of, external_id, _email in rows if external_id in wanted and of in ("", source)
    }


def _brands(_source: str, wanted: set[str]) -> Found:
    return dict(Brand.objects.filter(slug__in=wanted).values_list("slug", "pk"))


_TOLD = tuple(name for name in Facts.RELATIONS if name in Facts.TOLD)
FIELDS: dict[type[Sourced], tuple[str, ...]] = {
    Contact: ("company",),
    Deal: ("contact", *_TOLD),
    Touchpoint: ("deal", "contact", *_TOLD),
}
FIND: dict[str, Find] = {
    "company": _by_external_id(Company),
    "contact": _by_external_id(Contact),
    "product": _by_external_id(Product),
    "channel": _by_external_id(Channel),
    "deal": _by_external_id(Deal),
    "manager": _people,
    "brand": _brands,
}
UNKNOWN: dict[str, Promise] = {
    "company": _("There is no company “%(external_id)s”. Send the company first, or leave this field out."),
    "contact": _("There is no contact “%(external_id)s”. Send the contact first."),
    "product": _("There is no product “%(external_id)s”. Send the product first, or leave this field out."),
    "channel": _("There is no channel “%(external_id)s”. Send the channel first, or leave this field out."),
    "deal": _("There is no deal “%(external_id)s”. Send the deal first, or leave this field out."),
    "manager": _(
        "There is no person “%(external_id)s”. Ask an administrator to add this person, or leave this field out."
    ),
    "brand": _("There is no brand “%(external_id)s”. Ask an administrator to add this brand, or leave this field out."),
}
