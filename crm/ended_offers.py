"""Addresses at which somebody said no to offers and news, whoever carries them now or later.

Everything else is still written there. What says so is read when a letter is judged and once more when it goes, so that
nothing has to be marked on those who carry the address.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypeAlias

from accounts import addresses
from accounts.models import User
from crm.models import ContactAddress, Suppression
from crm.models.suppression import SuppressionQuerySet

# Medium and normalised value.
Spelled: TypeAlias = tuple[str, str]
# Contact (by id) and medium.
Spoken: TypeAlias = tuple[int, str]


def end(noes: Mapping[Spelled, datetime], *, evidence: str = "") -> None:
    """Send no offers and news to these addresses, from the moments given on; where that stands already it stays."""
    standing = {bytes(digest) for digest in rows_of(noes).values_list("address_hash", flat=True)}
    new = [address for address in noes if not standing & set(addresses.digests(*address))]
    Suppression.objects.bulk_create(
        (
            Suppression(
                medium=address[0],
                address_hash=addresses.digest(*address),
                key_id=addresses.key_id(),
                why=Suppression.Why.OFFERS,
                scope=Suppression.Scope.ADDRESS,
                at=noes[address],
                evidence=evidence[:300],
            )
            for address in new
        ),
        # Somebody else may say so at this very moment.
        ignore_conflicts=True,
    )


def end_of(noes: Mapping[Spoken, datetime], *, evidence: str = "") -> None:
    """Send no offers and news to the addresses of contacts who said no to these by a medium; two statements more."""
    if not noes:
        return
    rows = ContactAddress.objects.filter(contact__in={contact for contact, _medium in noes}).order_by("medium", "value")
    carried = rows.values_list("contact", "medium", "value")
    said = {(medium, value): noes[contact, medium] for contact, medium, value in carried if (contact, medium) in noes}
    end(said, evidence=evidence)


def stand_at(medium: str, value: str) -> bool:
    """Say whether nobody wants offers and news at an address."""
    return rows_of([(medium, value)]).exists()


def rows_of(spelled: Collection[Spelled]) -> SuppressionQuerySet:
    """Return what stands against offers at these addresses, under whichever key it was hashed."""
    rows: SuppressionQuerySet = Suppression.objects.standing().filter(
        why=Suppression.Why.OFFERS,
        medium__in={medium for medium, _value in spelled},
        address_hash__in=[digest for address in spelled for digest in addresses.digests(*address)],
    )
    return rows


def of_contact(contact: int, medium: str) -> SuppressionQuerySet:
    """Return what stands against offers at the addresses of a contact by a medium."""
    carried = ContactAddress.objects.filter(contact=contact, medium=medium).values_list("medium", "value")
    return rows_of(list(carried))


def begin_again(contact: int, medium: str, *, at: datetime, reason: str, by: User) -> bool:
    """Let offers go to the addresses of a contact again, who told a member of staff so; False when nothing stood.

    Others who carry the address and said no themselves keep theirs.
    """
    return bool(of_contact(contact, medium).lift(at=at, reason=reason[:300], by=by))
