"""The kinds of records that other systems feed, each with its fields: one description for API, imports, connectors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from accounts.models import Team, User
from crm import parsers
from crm.models import Channel, Company, Contact, Deal, Product, Sourced, Touchpoint
from crm.records import consents
from crm.records.facts import TOLD
from crm.records.fields import (
    Field,
    Shape,
    day,
    external_id,
    longest_of,
    moment,
    one_of,
    phone,
    reference,
    several,
    text_of,
    words,
    year,
    yes_or_no,
)

Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Record:
    """A kind of record; `model` is None for people, who are no records of the CRM.

    `contradictions` says by field what in the values of one row cannot be together.
    """

    model: type[Sourced] | None
    fields: dict[str, Field]
    contradictions: Callable[[Values], dict[str, str]] = lambda _values: {}

    @property
    def fields_of_files(self) -> dict[str, Field]:
        return {name: field for name, field in self.fields.items() if field.is_for_files}

    @property
    def fields_of_programs(self) -> dict[str, Field]:
        return {name: field for name, field in self.fields.items() if field.is_for_programs}


def _opt_out_with_its_circumstances(values: Values) -> dict[str, str]:
    if not values.get("do_not_contact") and (values.get("do_not_contact_at") or values.get("do_not_contact_reason")):
        return {"do_not_contact": _("Send true together with when and why.")}
    return {}


EXTERNAL_ID = external_id(longest_of(Company, "external_id"), about="The ID of the record in the client's own system.")
TIMEZONE = words(parsers.timezone, about="IANA name, such as Europe/Vilnius.")
EMAIL = words(
    parsers.email,
    shape=Shape.EMAIL,
    about="The preferred one. Kept in lower case, the domain as people read it.",
)
PHONE = phone(
    longest=50,
    about="International form, such as +370 600 00000; kept as E.164. A national form is understood when `region` in "
    "the same row is a country code such as LT.",
)


def _catalogue(model: type[Sourced], one: str) -> Record:
    name = text_of(model, "name", may_be_empty=False, about=f"Needed when the {one} is new.")
    return Record(model, {"external_id": EXTERNAL_ID, "name": name, "is_active": yes_or_no(empty=True)})


RECORDS = {
    "company": Record(
        Company,
        {
            "external_id": EXTERNAL_ID,
            "name": text_of(Company, "name", may_be_empty=False, about="Needed when the company is new."),
            "domain": text_of(Company, "domain"),
            "industry": text_of(Company, "industry"),
            "size_band": words(
                parsers.size_band,
                shape=Shape.CHOICE,
                choices=Company.SizeBand.choices,
                about="How many people work there.",
            ),
            "region": text_of(Company, "region"),
            "timezone": TIMEZONE,
        },
    ),
    "contact": Record(
        Contact,
        {
            "external_id": EXTERNAL_ID,
            "company": reference(about="External ID of the company."),
            "first_name": text_of(Contact, "first_name"),
            "last_name": text_of(Contact, "last_name"),
            "email": EMAIL,
            "emails": several(EMAIL, parted_by=",;", about="All of them, the preferred one first."),
            "phone": PHONE,
            "phones": several(PHONE, parted_by=",;/", about="All of them, the preferred one first."),
            "job_title": text_of(Contact, "job_title"),
            "language": words(
                parsers.language,
                longest=longest_of(Contact, "language"),
                about="A tag such as lt or pt-BR (BCP 47). Who speaks none of ours is asked in the default language.",
            ),
            "timezone": TIMEZONE,
            "region": text_of(Contact, "region"),
            "customer_since": day(),
            "birth_year": year(about="Year of birth; kept as an age band on what is asked about."),
            "lifecycle": words(
                parsers.lifecycle,
                longest=longest_of(Contact, "lifecycle"),
                about="The stage of the customer, such as new, active or at_risk; any word, kept in small letters.",
            ),
            "do_not_contact": yes_or_no(
                empty=False,
                about="true: never ask this contact. false does not take an opt-out back; staff can.",
            ),
            "do_not_contact_at": moment(
                is_for_files=False, about="Since when; the moment of the request when left out."
            ),
            "do_not_contact_reason": one_of(Contact.OptOut.choices, is_for_files=False),
            **dict(consents.fields()),
        },
        _opt_out_with_its_circumstances,
    ),
    "product": _catalogue(Product, "product"),
    "channel": _catalogue(Channel, "channel"),
    "person": Record(
        None,
        {
            "external_id": EXTERNAL_ID,
            "name": text_of(User, "name"),
            "email": words(parsers.email, shape=Shape.EMAIL, empty=None),
            "team": text_of(Team, "name", empty=None),
            "team_lead": text_of(User, "name", empty=None),
            "language": words(parsers.own_language),
            "timezone": TIMEZONE,
        },
    ),
    "deal": Record(
        Deal,
        {
            "external_id": EXTERNAL_ID,
            "contact": reference(
                EXTERNAL_ID.longest,
                may_be_empty=False,
                about="External ID of the contact. Needed when the deal is new.",
            ),
            **TOLD,
            "title": text_of(Deal, "title"),
            "url": words(
                lambda value: parsers.web_address(value, longest_of(Deal, "url")),
                longest=longest_of(Deal, "url"),
                about="The page of the deal in the CRM; staff are led there.",
            ),
            "referral_code": words(
                parsers.referral_code,
                longest=2 * longest_of(Deal, "referral_code"),
                about="The code of the customer who recommended us. Capitals, spaces and hyphens do not matter.",
            ),
            "opened_at": moment(),
            "status": one_of(Deal.Status.choices, about="Writing won records the touchpoint “deal won”, once."),
            "closed_at": moment(about="When it was won or lost; the moment of the request when left out."),
        },
    ),
    "touchpoint": Record(
        Touchpoint,
        {
            "external_id": EXTERNAL_ID,
            "kind": words(
                parsers.touchpoint_kind,
                longest=longest_of(Touchpoint, "kind"),
                may_be_empty=False,
                about="What happened: order_delivered, ticket_solved, consultation, meeting, renewal, download, "
                "cancellation, or a kind of your own in small Latin letters, digits and “_”. Needed when the "
                "touchpoint is new. deal_won and deal_lost are recorded by writing the deal's status.",
            ),
            "occurred_at": moment(may_be_empty=False, about="Needed when the touchpoint is new."),
            "deal": reference(about="External ID of the deal, which then gives the facts that are left out."),
            "contact": reference(
                EXTERNAL_ID.longest,
                may_be_empty=False,
                about="External ID of the contact. Needed when the touchpoint is new and names no deal.",
            ),
            **TOLD,
        },
    ),
}
