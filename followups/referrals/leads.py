"""A friend leaves an address on the page of a customer's code, and becomes a lead: somebody to write to, with proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from accounts.media import Medium
from accounts.news import announce
from crm import address_book, consents, merges, profiles
from crm.consents import Word
from crm.models import Contact, ContactAddress, Touchpoint
from crm.reachability import Said, Use
from crm.signals import touchpoints_recorded
from followups.models import Referral, ReferralCode

SOURCE = "referral"
LIFECYCLE = "lead"
TOUCHPOINT = "referral"


@dataclass(frozen=True, slots=True)
class Friend:
    """What somebody wrote: parsed and normalised. `seen`: what shows that a person did."""

    first_name: str
    last_name: str
    email: str
    language: str
    seen: dict[str, Any]


def sentence(brand: str, language: str) -> str:
    """Return what a friend agrees to, in the words that are kept as proof."""
    with spoken.speaking(language):
        said = _("%(brand)s may write to me by e-mail about its offers. I can take this back at any time.")
        return said % {"brand": brand}


@transaction.atomic
def take(code: ReferralCode, friend: Friend, *, now: datetime) -> Referral | None:
    """Make a lead of a friend and return the referral; None where the address is the customer's own.

    An address that we know stays the contact that it is, consents and all: a stranger may have typed it. Whoever was
    referred before stays of the first code. Told twice, or by two codes at one moment, it is one contact and one
    referral. None, too, where the customer was erased a moment ago.
    """
    merges.hold_still()
    _wait_for_others_of(friend.email)
    held = ReferralCode.objects.select_for_update(of=("self",), no_key=True).filter(pk=code.pk)
    standing = held.select_related("contact", "brand").first()
    known = _known(friend.email)
    if standing is None or standing.contact.survivor in known:
        return None
    return _referred(standing, friend, known[0] if known else None, now)


def _referred(code: ReferralCode, friend: Friend, known: Contact | None, now: datetime) -> Referral:
    contact = known or _new(friend, code, now)
    referral, is_first = Referral.objects.get_or_create(
        brand=code.brand,
        contact=contact,
        defaults={"code": code, "is_new": known is None, "at": now, "evidence": _evidence(code, friend)},
    )
    if is_first:
        _record_touchpoint(referral, now)
    return referral


def _wait_for_others_of(email: str) -> None:
    """Let nobody else make a contact of this address here until this transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"referral:{email}"])


def _known(email: str) -> list[Contact]:
    """Return the contacts that carry this mailbox, the oldest first, each as the record that speaks for it."""
    found = ContactAddress.objects.filter(medium=Medium.EMAIL, value=email).select_related("contact__merged_into")
    return [address.contact.survivor for address in found.order_by("contact_id")]


def _new(friend: Friend, code: ReferralCode, now: datetime) -> Contact:
    contact = Contact.objects.create(
        source=SOURCE,
        first_name=friend.first_name,
        last_name=friend.last_name,
        language=friend.language,
        lifecycle=LIFECYCLE,
        created_at=now,
        updated_at=now,
    )
    address_book.set_addresses(contact, emails=[friend.email], now=now)
    word = Word(contact.pk, Medium.EMAIL, Use.MARKETING, Said.GIVEN, now, sentence(code.brand.name, friend.language))
    consents.take_over([word], origin=f"Page of recommendations, code {code}, address not confirmed")
    profiles.refresh(contacts=[contact.pk], now=now)
    contact.refresh_from_db()
    return contact


def _evidence(code: ReferralCode, friend: Friend) -> dict[str, Any]:
    return {"sentence": sentence(code.brand.name, friend.language), **friend.seen}


def _record_touchpoint(referral: Referral, now: datetime) -> None:
    Touchpoint.objects.create(
        source=SOURCE,
        external_id=str(referral.pk),
        kind=TOUCHPOINT,
        occurred_at=now,
        contact=referral.contact,
        company=referral.contact.company,
        brand=referral.brand,
    )
    announce(touchpoints_recorded)
