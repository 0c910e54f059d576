"""What can be imported: the fields of each kind, and how their values are read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from crm import parsing
from crm.models import Channel, Company, Contact, Deal, Product, Sourced, Touchpoint


@dataclass(frozen=True)
class Place:
    """When a date without a time happened."""

    zone: ZoneInfo
    hour: time


Read: TypeAlias = Callable[[str, Place], Any]


@dataclass(frozen=True)
class Reader:
    """How a field is read, and what an empty text means."""

    read: Read
    empty: Any = ""


@dataclass(frozen=True)
class Kind:
    """A kind of record; `model` is None for people, who are no CRM records."""

    model: type[Sourced] | None
    fields: dict[str, Reader]


def text(limit: int, empty: Any = "") -> Reader:
    return Reader(lambda value, _place: parsing.text(value, limit), empty)


def plain(parse: Callable[[str], Any], empty: Any = "") -> Reader:
    return Reader(lambda value, _place: parse(value), empty)


def one_of(choices: list[str]) -> Reader:
    def parse(value: str) -> str:
        if value.strip() not in choices:
            raise ValueError(_("“%(value)s” is not one of: %(known)s.") % {"value": value, "known": ", ".join(choices)})
        return value.strip()

    return plain(parse)


def yes_or_no(value: str) -> bool:
    word = value.strip().lower()
    if word not in YES + NO:
        raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": value})
    return word in YES


def size_band(value: str) -> str:
    """Return the size band of a number of employees, or the band as it is written."""
    if value.strip() in Company.SizeBand.values:
        return value.strip()
    try:
        return Company.size_band_of(int(value.replace(",", "").replace(" ", "")))
    except ValueError:
        raise ValueError(_("“%(value)s” is not a number of people.") % {"value": value}) from None


def moment(value: str, place: Place) -> datetime:
    """Return a moment; a date alone means that day at the mapping's hour, in its time zone."""
    if len(value.strip()) > len("2026-05-04"):
        return parsing.moment(value, place.zone)
    day: date = parsing.day(value)
    return datetime.combine(day, place.hour, place.zone)


YES, NO = ("1", "true", "yes", "y"), ("0", "false", "no", "n")
REPAIRS: dict[str, Callable[[str], str]] = {
    "trim": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "single spaces": lambda value: " ".join(value.split()),
}
EXTERNAL_ID = text(200)
REFERENCE = text(200, empty=None)
MOMENT = Reader(moment, empty=None)
FACTS = {
    "company": REFERENCE,
    "manager": REFERENCE,
    "product": REFERENCE,
    "channel": REFERENCE,
    "campaign": text(100),
    "amount": plain(parsing.amount, empty=None),
    "currency": plain(parsing.currency),
}
NAMED = {"external_id": EXTERNAL_ID, "name": text(200), "is_active": plain(yes_or_no, empty=True)}
KINDS = {
    "company": Kind(
        Company,
        {
            "external_id": EXTERNAL_ID,
            "name": text(200),
            "domain": text(200),
            "industry": text(100),
            "size_band": plain(size_band),
            "region": text(100),
            "timezone": plain(parsing.timezone),
        },
    ),
    "contact": Kind(
        Contact,
        {
            "external_id": EXTERNAL_ID,
            "company": REFERENCE,
            "first_name": text(100),
            "last_name": text(100),
            "email": plain(parsing.email),
            "phone": plain(parsing.phone),
            "job_title": text(100),
            "language": plain(parsing.language),
            "timezone": plain(parsing.timezone),
            "region": text(100),
            "customer_since": plain(parsing.day, empty=None),
            "do_not_contact": plain(yes_or_no, empty=False),
        },
    ),
    "product": Kind(Product, NAMED),
    "channel": Kind(Channel, NAMED),
    "person": Kind(
        None,
        {
            "external_id": EXTERNAL_ID,
            "name": text(150),
            "email": plain(parsing.email, empty=None),
            "team": text(100, empty=None),
            "team_lead": text(150, empty=None),
            "language": plain(parsing.language),
            "timezone": plain(parsing.timezone),
        },
    ),
    "deal": Kind(
        Deal,
        {
            "external_id": EXTERNAL_ID,
            "contact": REFERENCE,
            **FACTS,
            "title": text(200),
            "opened_at": MOMENT,
            "status": one_of(Deal.Status.values),
            "closed_at": MOMENT,
        },
    ),
    "touchpoint": Kind(
        Touchpoint,
        {
            "external_id": EXTERNAL_ID,
            "kind": one_of(Touchpoint.Kind.values),
            "contact": REFERENCE,
            "deal": REFERENCE,
            **FACTS,
            "occurred_at": MOMENT,
        },
    ),
}
