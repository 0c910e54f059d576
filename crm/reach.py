"""What reachability needs to know about many contacts at once, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import phonenumbers
from django.db import connection

from accounts.sources import SAMPLE
from crm import suppressions
from crm.models import Company, Consent, Contact, Touchpoint
from crm.reachability import SOFT_OPT_IN, Address, Person, Purpose, Rules
from crm.suppressions import NOTHING, AddressStanding, Spelled, standing

# What is read of a contact.
READ = ("source", "region", "company", "customer_since", "do_not_contact_at", "merged_into")
# Each address once, however many of these contacts carry it, with everybody else who does.
CARRIED = """SELECT a.contact_id, a.medium, a.value FROM crm_contactaddress a
    WHERE (a.value, a.medium) IN (SELECT m.value, m.medium FROM crm_contactaddress m WHERE m.contact_id = ANY(%s))
    ORDER BY a.is_preferred DESC, a.id"""
# What makes a customer of somebody.
PURCHASES = (Touchpoint.Kind.DEAL_WON, Touchpoint.Kind.ORDER_DELIVERED, Touchpoint.Kind.RENEWAL)
# By contact: what was said, by medium and use.
Words: TypeAlias = Mapping[int, Mapping[tuple[str, str], str]]
Moments: TypeAlias = Mapping[int, Mapping[tuple[str, str], datetime]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some contacts: `people` by primary key, and who carries an address together with another
    contact: `shared`, by primary key, of these contacts and of all others who do."""

    people: dict[int, Person]
    shared: Mapping[int, Collection[Spelled]]


def people(contacts: Collection[Contact], rules: Rules, *, purpose: Purpose = Purpose.ASK) -> dict[int, Person]:
    """Return what is known of each contact, by primary key; five queries at most.

    Who bought something is looked up where it counts for `purpose`.
    """
    return known(contacts, rules, purpose=purpose).people


def known(contacts: Collection[Contact], rules: Rules, *, purpose: Purpose = Purpose.ASK) -> Known:
    """Return what is known of these contacts, and of the addresses that they share; five queries at most."""
    carried, shared = _carried({contact.pk for contact in contacts})
    against = standing({spelled for addresses in carried.values() for spelled in addresses})
    said, said_at = _said([contact.pk for contact in contacts])
    country = _countries(contacts)
    counts_in = SOFT_OPT_IN if purpose is Purpose.MARKETING else rules.surveys_are_marketing
    customers = _customers([c for c in contacts if country[c.pk] in counts_in])
    found = {
        contact.pk: Person(
            addresses=_by_medium(carried.get(contact.pk, ()), against),
            said=said.get(contact.pk, {}),
            said_at=said_at.get(contact.pk, {}),
            said_no_at=contact.do_not_contact_at or _no_of(carried.get(contact.pk, ()), against),
            country=country[contact.pk],
            is_customer=contact.customer_since is not None or contact.pk in customers,
            is_absorbed=contact.merged_into_id is not None,
            is_sample=contact.source == SAMPLE,
        )
        for contact in contacts
    }
    return Known(found, shared)


def _carried(ids: Collection[int]) -> tuple[Mapping[int, Sequence[Spelled]], Mapping[int, Collection[Spelled]]]:
    """Return the addresses of contacts, in order of preference, and who shares which of them."""
    with connection.cursor() as cursor:
        cursor.execute(CARRIED, [list(ids)])
        rows = cursor.fetchall()
    carriers: defaultdict[Spelled, list[int]] = defaultdict(list)
    carried: defaultdict[int, list[Spelled]] = defaultdict(list)
    for contact, medium, value in rows:
        for spelled in suppressions.rung_by(medium, value):
            if contact not in carriers[spelled]:
                carriers[spelled].append(contact)
            if contact in ids and spelled not in carried[contact]:
                carried[contact].append(spelled)
    shared: defaultdict[int, set[Spelled]] = defaultdict(set)
    for spelled, found in carriers.items():
        for contact in found if len(found) > 1 else ():
            shared[contact].add(spelled)
    return carried, shared


def _by_medium(carried: Iterable[Spelled], against: Mapping[Spelled, AddressStanding]) -> dict[str, list[Address]]:
    found: dict[str, list[Address]] = {}
    for spelled in carried:
        known = against.get(spelled, NOTHING)
        address = Address(spelled[1], known.bounced_at, known.refused_at, known.offers_ended_at)
        found.setdefault(spelled[0], []).append(address)
    return found


def _no_of(carried: Iterable[Spelled], against: Mapping[Spelled, AddressStanding]) -> datetime | None:
    """Return since when a person has wanted no letters, by what was said at these addresses; None when nothing was."""
    if not against:
        return None
    return min((at for spelled in carried if (at := against.get(spelled, NOTHING).of_person_at)), default=None)


def _countries(contacts: Collection[Contact]) -> dict[int, str]:
    """Return the country of each contact, else that of its company, else ""."""
    own = {contact.pk: country_of(contact.region) for contact in contacts}
    companies = {contact.company_id for contact in contacts if contact.company_id and not own[contact.pk]}
    of_company = dict(Company.objects.filter(pk__in=companies).values_list("pk", "region")) if companies else {}
    return {
        contact.pk: own[contact.pk] or country_of(of_company.get(contact.company_id or 0, "")) for contact in contacts
    }


def country_of(region: str) -> str:
    """Return the country (ISO 3166) that a region is, or ""."""
    code = region.strip().upper()
    return code if code in known_countries() else ""


def known_countries() -> Collection[str]:
    """Return the codes (ISO 3166) of all countries that have telephone numbers."""
    known: set[str] = phonenumbers.SUPPORTED_REGIONS
    return known


def _said(ids: Collection[int]) -> tuple[Words, Moments]:
    """Return what was said last about each medium and use, and when."""
    said: defaultdict[int, dict[tuple[str, str], str]] = defaultdict(dict)
    said_at: defaultdict[int, dict[tuple[str, str], datetime]] = defaultdict(dict)
    rows = Consent.objects.filter(contact__in=ids)
    for contact, medium, use, status, at in rows.values_list("contact", "medium", "use", "status", "changed_at"):
        said[contact][medium, use] = status
        said_at[contact][medium, use] = at
    return said, said_at


def _customers(contacts: Iterable[Contact]) -> set[int]:
    """Return those of `contacts` who bought something, although `customer_since` is not filled in."""
    unsure = [contact.pk for contact in contacts if contact.customer_since is None]
    if not unsure:
        return set()
    bought = Touchpoint.objects.standing().filter(contact__in=unsure, kind__in=PURCHASES)
    return set(bought.values_list("contact", flat=True))
