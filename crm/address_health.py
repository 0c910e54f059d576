"""Which addresses work: what came back, what arrived, and when an address is not used any more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from accounts import clock
from accounts.media import Medium
from accounts.models import User
from crm import suppressions
from crm.models import Contact, ContactAddress, Suppression
from crm.models.address import MOST_BOUNCES
from crm.suppressions import Spelled

OPENED_AGAIN = gettext_noop("Whoever is there let us write again.")

# In order of the key, so that two who note arrivals at once never wait for each other.
ARRIVED = """
    WITH noted AS (
        SELECT a.id, r.at FROM crm_contactaddress a
        JOIN unnest(%(media)s::text[], %(values)s::text[], %(ats)s::timestamptz[]) AS r (medium, value, at)
            ON a.medium = r.medium AND a.value = r.value
        WHERE a.verified_at IS NULL OR a.hard_bounces > 0 OR a.soft_bounces > 0
        ORDER BY a.id FOR UPDATE OF a
    )
    UPDATE crm_contactaddress a
    SET verified_at = COALESCE(a.verified_at, noted.at), hard_bounces = 0, soft_bounces = 0
    FROM noted WHERE a.id = noted.id
"""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message to an address that came back; `is_hard`: there is no such address."""

    address: Spelled
    at: datetime
    is_hard: bool


@transaction.atomic
def charge_bounces(bounces: Sequence[Bounce], *, hard: int, soft: int, now: datetime | None = None) -> set[Spelled]:
    """Count bounces against their addresses; return the addresses that are not used any more from now on.

    `hard`, `soft`: so many of a kind in a row end the use of an address, for every contact that carries it and for
    those who will. Call it once for each bounce.
    """
    now = now or clock.now()
    charged: defaultdict[Spelled, list[Bounce]] = defaultdict(list)
    for bounce in bounces:
        charged[bounce.address].append(bounce)
    if not charged:
        return set()
    rows = _locked(charged)
    ended: dict[Spelled, Bounce] = {}
    for address, mine in charged.items():
        hards = sum(bounce.is_hard for bounce in mine)
        counts = [_count(row, hards, len(mine) - hards) for row in rows[address]] or [(hards, len(mine) - hards)]
        if any((hards and of_hard >= hard) or (hards < len(mine) and of_soft >= soft) for of_hard, of_soft in counts):
            ended[address] = max(mine, key=lambda bounce: bounce.at)
    every = [row for carried in rows.values() for row in carried]
    news = [row for address in ended for row in rows[address] if row.bounced_at is None]
    for address, bounce in ended.items():
        for row in rows[address]:
            row.bounced_at = row.bounced_at or bounce.at
    ContactAddress.objects.bulk_update(every, ["hard_bounces", "soft_bounces", "bounced_at"])
    Contact.objects.touch({row.contact_id for row in news}, at=now)
    suppressions.give_up({address: bounce.at for address, bounce in ended.items()})
    return set(ended)


def _locked(spelled: Collection[Spelled]) -> Mapping[Spelled, list[ContactAddress]]:
    """Lock the contacts that carry these addresses, then the rows of the addresses, and return the latter."""
    contacts = {contact for contact, _address in suppressions.carriers_of(spelled)}
    list(Contact.objects.filter(pk__in=contacts).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    found: defaultdict[Spelled, list[ContactAddress]] = defaultdict(list)
    known = ContactAddress.objects.filter(contact__in=contacts, value__in={value for _medium, value in spelled})
    for row in known.order_by("pk").select_for_update():
        if (row.medium, row.value) in spelled:
            found[row.medium, row.value].append(row)
    return found


def _count(row: ContactAddress, hards: int, softs: int) -> tuple[int, int]:
    row.hard_bounces = min(row.hard_bounces + hards, MOST_BOUNCES)
    row.soft_bounces = min(row.soft_bounces + softs, MOST_BOUNCES)
    return row.hard_bounces, row.soft_bounces


def note_arrivals(arrived: Iterable[tuple[Spelled, datetime]]) -> None:
    """Note that messages arrived at these addresses: they work, and bounces are counted anew. One statement."""
    first = dict(sorted(arrived, key=lambda pair: pair[1], reverse=True))
    if not first:
        return
    media, values = zip(*first, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(ARRIVED, {"media": list(media), "values": list(values), "ats": list(first.values())})


@transaction.atomic
def opened_again(address: Spelled, *, at: datetime) -> bool:
    """Use an address again because whoever is there let us write once more; False when it was in use."""
    rows = [row for row in _locked([address])[address] if row.bounced_at or row.hard_bounces or row.soft_bounces]
    _forgive(rows, at)
    standing = suppressions.rows_of([address]).filter(why=Suppression.Why.HARD_BOUNCE)
    return bool(standing.lift(at=at, reason=OPENED_AGAIN)) or bool(rows)


@transaction.atomic
def try_again(contact: Contact, *, by: User, reason: str, now: datetime | None = None) -> int:
    """Use again the addresses of a contact to which mail came back, and return how many.

    This holds for whoever carries them. Who did it, when and why is kept. Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("An address is tried again for a reason.")
    now = now or clock.now()
    carried = list(contact.addresses.values_list("medium", "value", "bounced_at"))
    given_up = {(medium, value) for medium, value, at in carried if at}
    rows = [row for known in _locked(given_up).values() for row in known]
    _forgive(rows, now)
    tried = {(row.medium, row.value) for row in rows}
    # A phone is kept once, and what bounced in WhatsApp stands beside it.
    rung = {address for medium, value, _at in carried for address in suppressions.rung_by(medium, value)[1:]}
    against = suppressions.rows_of(tried | rung).filter(why=Suppression.Why.HARD_BOUNCE)
    beside = against.filter(medium=Medium.WHATSAPP).count()
    against.lift(at=now, reason=reason.strip()[:300], by=by)
    return len(tried) + beside


def _forgive(rows: Sequence[ContactAddress], now: datetime) -> None:
    for row in rows:
        row.hard_bounces, row.soft_bounces, row.bounced_at = 0, 0, None
    ContactAddress.objects.bulk_update(rows, ["hard_bounces", "soft_bounces", "bounced_at"])
    Contact.objects.touch({row.contact_id for row in rows}, at=now)
