"""What reachability needs to know about many contacts at once, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

import phonenumbers
from django.db import connection

from crm.models import Consent, Contact, ContactAddress, Touchpoint
from crm.reachability import Address, Person, Rules, Use
from crm.suppressions import NOTHING, Spelled, Standing, standing

# What people() reads of a contact.
READ = ("region", "customer_since", "do_not_contact_at")
SHARED = """SELECT mine.contact_id, other.contact_id, mine.medium, mine.value
    FROM crm_contactaddress mine
    JOIN crm_contactaddress other
        ON other.value = mine.value AND other.medium = mine.medium AND other.contact_id <> mine.contact_id
    WHERE mine.contact_id = ANY(%s)
"""
# What makes a customer of somebody.
PURCHASES = (Touchpoint.Kind.DEAL_WON, Touchpoint.Kind.ORDER_DELIVERED, Touchpoint.Kind.RENEWAL)
# By contact: what was said, by medium and use.
Words: TypeAlias = Mapping[int, Mapping[tuple[str, str], str]]
Moments: TypeAlias = Mapping[int, Mapping[tuple[str, str], datetime]]


def people(contacts: Collection[Contact], rules: Rules) -> dict[int, Person]:
    """Return what is known of each contact, by primary key; four queries at most."""
    ids = [contact.pk for contact in contacts]
    carried, regions = _addresses(ids)
    against = standing({(medium, value) for known in carried.values() for medium, value in known})
    said, said_at = _said(ids)
    country = {contact.pk: country_of(contact.region, regions.get(contact.pk, "")) for contact in contacts}
    customers = _customers([c for c in contacts if country[c.pk] in rules.surveys_are_marketing])
    return {
        contact.pk: Person(
            addresses=_by_medium(carried.get(contact.pk, ()), against),
            said=said.get(contact.pk, {}),
            said_at=said_at.get(contact.pk, {}),
            said_no_at=contact.do_not_contact_at or _no_of(carried.get(contact.pk, ()), against),
            country=country[contact.pk],
            is_customer=contact.customer_since is not None or contact.pk in customers,
        )
        for contact in contacts
    }


def _by_medium(carried: Iterable[Spelled], against: Mapping[Spelled, Standing]) -> dict[str, list[Address]]:
    found: dict[str, list[Address]] = {}
    for spelled in carried:
        known = against.get(spelled, NOTHING)
        found.setdefault(spelled[0], []).append(Address(spelled[1], known.bounced_at, known.refused_at))
    return found


def _no_of(carried: Iterable[Spelled], against: Mapping[Spelled, Standing]) -> datetime | None:
    """Return since when a person wants no letters who said so at one of these addresses."""
    return min((at for spelled in carried if (at := against.get(spelled, NOTHING).of_person_at)), default=None)


def shared(contacts: Collection[int]) -> dict[int, set[Spelled]]:
    """Return who carries an address together with one of `contacts`: contact ids, those of `contacts` among them,
    with the addresses; one query."""
    if not contacts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SHARED, [list(contacts)])
        rows = cursor.fetchall()
    found: defaultdict[int, set[Spelled]] = defaultdict(set)
    for mine, other, medium, value in rows:
        found[mine].add((medium, value))
        found[other].add((medium, value))
    return found


def country_of(*regions: str) -> str:
    """Return the first of `regions` that is a country (ISO 3166), or ""."""
    return next((code for region in regions if (code := region.strip().upper()) in known_countries()), "")


def known_countries() -> Collection[str]:
    """Return the codes of all countries (ISO 3166) in which there are phones."""
    known: set[str] = phonenumbers.SUPPORTED_REGIONS
    return known


def _addresses(ids: Collection[int]) -> tuple[Mapping[int, list[Spelled]], Mapping[int, str]]:
    """Return the addresses of contacts, in order of preference, and the regions of their companies."""
    found: defaultdict[int, list[Spelled]] = defaultdict(list)
    regions: dict[int, str] = {}
    rows = ContactAddress.objects.filter(contact__in=ids).preferred_first()
    for contact, medium, value, region in rows.values_list("contact", "medium", "value", "contact__company__region"):
        found[contact].append((medium, value))
        regions[contact] = region or ""
    return found, regions


def _said(ids: Collection[int]) -> tuple[Words, Moments]:
    """Return what was said last about each medium and use, and when."""
    said: defaultdict[int, dict[tuple[str, str], str]] = defaultdict(dict)
    said_at: defaultdict[int, dict[tuple[str, str], datetime]] = defaultdict(dict)
    rows = Consent.objects.filter(contact__in=ids)
    for contact, medium, status, at in rows.values_list("contact", "medium", "status", "changed_at"):
        said[contact][medium, Use.SURVEYS.value] = status
        said_at[contact][medium, Use.SURVEYS.value] = at
    return said, said_at


def _customers(contacts: Iterable[Contact]) -> set[int]:
    """Return those of `contacts` who bought something, though nobody noted since when they are customers."""
    unsure = [contact.pk for contact in contacts if contact.customer_since is None]
    if not unsure:
        return set()
    bought = Touchpoint.objects.standing().filter(contact__in=unsure, kind__in=PURCHASES)
    return set(bought.values_list("contact", flat=True))
