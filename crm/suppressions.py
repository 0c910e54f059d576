"""It is the address that says no: who may not be written to any more, whichever contact carries the address.

Everybody who writes here locks contacts before addresses, each by primary key, so that nobody waits for each other.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts import addresses, clock
from accounts.addresses import PHONES
from accounts.media import Medium
from accounts.models import User
from crm import consents
from crm.models import Contact, ContactAddress, Suppression
from crm.models.suppression import SuppressionQuerySet

# Medium and normalised value.
Spelled: TypeAlias = tuple[str, str]
OptOut, Why, Scope = Contact.OptOut, Suppression.Why, Suppression.Scope

WHY_OF = {
    OptOut.UNSUBSCRIBED: Why.OPT_OUT,
    OptOut.COMPLAINED: Why.COMPLAINT,
    OptOut.ASKED_STAFF: Why.OBJECTION,
    OptOut.IMPORTED: Why.OBJECTION,
}

# What stands already stays as it was said first; that it was said at this very address is worth adding.
INSERT = """
    INSERT INTO crm_suppression AS s
        (address_hash, medium, key_id, why, scope, at, by_id, evidence, cause, lifted_reason)
    SELECT DISTINCT ON (r.hash, r.medium, r.why)
        decode(r.hash, 'hex'), r.medium, %(key)s, r.why, r.scope, r.at, %(by)s, r.evidence, r.cause, ''
    FROM unnest(
        %(hashes)s::text[], %(media)s::text[], %(whys)s::text[], %(scopes)s::text[], %(ats)s::timestamptz[],
        %(evidences)s::text[], %(causes)s::text[]
    ) AS r (hash, medium, why, scope, at, evidence, cause)
    ORDER BY r.hash, r.medium, r.why, r.scope DESC, r.at
    ON CONFLICT (address_hash, medium, why) WHERE lifted_at IS NULL
    DO UPDATE SET scope = 'person' WHERE s.scope = 'address' AND EXCLUDED.scope = 'person'
"""
STANDING = """SELECT encode(address_hash, 'hex'), medium, why, scope, at FROM crm_suppression
    WHERE address_hash IN (SELECT decode(hash, 'hex') FROM unnest(%s::text[]) AS sought (hash)) AND lifted_at IS NULL
    ORDER BY at"""
RETIRE = """
    UPDATE crm_contactaddress AS a SET bounced_at = r.at
    FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS r (medium, value, at)
    WHERE a.medium = r.medium AND a.value = r.value AND a.bounced_at IS NULL
"""
LATER = gettext_noop("The contact got this address after its no.")
TAKEN_BACK = gettext_noop("Taken back at once, by the link that unsubscribed.")


@dataclass(frozen=True, slots=True)
class No:
    """A person's own no. `through`: the address at which it was said, None when it was said otherwise."""

    reason: str
    at: datetime
    through: Spelled | None = None
    evidence: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class AddressStanding:
    """What stands against one address: since when it does not work, and since when a person wants no letters there.

    `of_person_at`: since when whoever carries it wants no letters at all. `offers_ended_at`: since when it gets no
    offers and news, and everything else.
    """

    bounced_at: datetime | None = None
    refused_at: datetime | None = None
    of_person_at: datetime | None = None
    offers_ended_at: datetime | None = None


NOTHING = AddressStanding()


def standing(spelled: Collection[Spelled]) -> dict[Spelled, AddressStanding]:
    """Return what stands against these addresses, leaving out those against which nothing does; one query.

    Every key that is known is tried, so that a change of SUPPRESSION_KEY forgets nobody.
    """
    by_hash: defaultdict[bytes, list[Spelled]] = defaultdict(list)
    for medium, value in spelled:
        for digest in addresses.digests(medium, value):
            by_hash[digest].append((medium, value))
    if not by_hash:
        return {}
    found: dict[Spelled, AddressStanding] = {}
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [[digest.hex() for digest in by_hash]])
        rows = cursor.fetchall()
    for kept, medium, why, scope, at in rows:
        for address in by_hash[bytes.fromhex(kept)]:
            # A no of the person stands whichever medium the same phone is rung by.
            if scope == Scope.PERSON or medium == address[0]:
                found[address] = _added(found.get(address, NOTHING), why, scope, at)
    return found


def _added(known: AddressStanding, why: str, scope: str, at: datetime) -> AddressStanding:
    if why == Why.HARD_BOUNCE:
        return replace(known, bounced_at=known.bounced_at or at)
    if why == Why.OFFERS:
        return replace(known, offers_ended_at=known.offers_ended_at or at)
    of_person_at = known.of_person_at or (at if scope == Scope.PERSON else None)
    return replace(known, refused_at=known.refused_at or at, of_person_at=of_person_at)


@transaction.atomic
def stop(noes: Mapping[int, No], *, by: User | None = None, now: datetime | None = None) -> set[int]:
    """Record that each of these contacts (by id) said no, and return the ids of those for whom this is new.

    It stops every address of the contact, in all media, and the mailbox at which it was said, or when it was not said
    at one all its mailboxes and chats, for whoever carries it now or later; a phone may be an office's, so it only
    stops itself. The first reason is kept. Statements do not grow with the contacts.
    """
    now = now or clock.now()
    if not noes:
        return set()
    locked = Contact.objects.filter(pk__in=noes).order_by("pk").select_for_update(no_key=True)
    news = [contact for contact in locked if contact.do_not_contact_reason in ("", OptOut.MAILBOX)]
    for contact in news:
        no = noes[contact.pk]
        contact.do_not_contact_at, contact.do_not_contact_reason, contact.updated_at = no.at, no.reason, now
    Contact.objects.bulk_update(news, ["do_not_contact_at", "do_not_contact_reason", "updated_at"])
    carried = ContactAddress.objects.filter(contact__in=noes).order_by("pk").values_list("contact", "medium", "value")
    said = [
        ((medium, value), noes[contact], _scope(noes[contact], medium, value)) for contact, medium, value in carried
    ]
    said += [(no.through, no, Scope.PERSON) for no in noes.values() if no.through]
    _suppress([(address, WHY_OF[OptOut(no.reason)], scope, no) for address, no, scope in said], by=by)
    _mark_carriers([address for address, _no, scope in said if scope == Scope.PERSON], now)
    return {contact.pk for contact in news}


def _scope(no: No, medium: str, value: str) -> str:
    if no.through is None:
        return Scope.ADDRESS if medium in PHONES else Scope.PERSON
    return Scope.PERSON if (medium, value) == no.through else Scope.ADDRESS


@transaction.atomic
def opt_out_addresses(noes: Sequence[No], *, now: datetime | None = None) -> set[int]:
    """Record noes that came through addresses: they hold for every contact that carries one, now or later.

    Returns the ids of the contacts for whom it is news. Repeating it changes nothing.
    """
    by_address: dict[Spelled, No] = {}
    for no in sorted(noes, key=lambda no: no.at):
        if no.through:
            by_address.setdefault(no.through, no)
    _suppress([(address, WHY_OF[OptOut(no.reason)], Scope.PERSON, no) for address, no in by_address.items()])
    carriers = [(contact, by_address[address]) for contact, address in carriers_of(by_address)]
    # Of two addresses of one contact the one that said no first counts.
    return stop(dict(sorted(carriers, key=lambda pair: pair[1].at, reverse=True)), now=now)


def give_up(bounced: Mapping[Spelled, datetime]) -> None:
    """Stop using these addresses, from the moments given on: mail to them came back for good."""
    _suppress([(address, Why.HARD_BOUNCE, Scope.ADDRESS, No("", at)) for address, at in bounced.items()])


def rung_by(medium: str, value: str) -> list[Spelled]:
    """Return the address and, of a number for texts, the same one as WhatsApp rings it."""
    return [(medium, value), (Medium.WHATSAPP.value, value)] if medium == Medium.SMS else [(medium, value)]


def carriers_of(spelled: Collection[Spelled]) -> list[tuple[int, Spelled]]:
    """Return who carries these addresses: contact ids, each with the address, in order of the contact; one query."""
    if not spelled:
        return []
    rows = ContactAddress.objects.filter(value__in={value for _medium, value in spelled}).order_by("contact", "pk")
    found = [
        (contact, rung)
        for contact, medium, value in rows.values_list("contact", "medium", "value")
        for rung in rung_by(medium, value)
    ]
    wanted = set(spelled)
    return list(dict.fromkeys(pair for pair in found if pair[1] in wanted))


@transaction.atomic
def meet(contact_ids: Collection[int], *, now: datetime) -> None:
    """Check the addresses of contacts, which have just changed, against what was said at them before.

    Whoever carries an address at which a person said no is not asked; whoever carries it no more may be asked again.
    An address that a contact gets after its own no is stopped like the others. Six statements at most.
    """
    carried = _carried_by(contact_ids)
    against = standing({address for known in carried.values() for address in known})
    own = Contact.objects.filter(pk__in=contact_ids).exclude(do_not_contact_reason__in=["", OptOut.MAILBOX])
    later = [
        (address, WHY_OF[OptOut(reason)], Scope.ADDRESS, No(reason, at, evidence=LATER))
        for contact, reason, at in own.values_list("pk", "do_not_contact_reason", "do_not_contact_at")
        for address in carried[contact]
        if at and against.get(address, NOTHING).refused_at is None
    ]
    _suppress(later)
    _retire([(address, known.bounced_at) for address, known in against.items() if known.bounced_at])
    _review(contact_ids, carried, against, now)


@transaction.atomic
def lift(contact: Contact, *, by: User, reason: str, now: datetime | None = None) -> bool:
    """Take back what a person said at the addresses of this contact, as the person asked; False when nothing stood.

    Who did it, when and why is kept. Others who carry the same mailbox and said no themselves keep theirs. Offers and
    news stay ended until the person says yes to them again. Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("A suppression is lifted for a reason.")
    now = now or clock.now()
    locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    carried = _carried_by([contact.pk])[contact.pk]
    lifted = rows_of(carried).words().lift(at=now, reason=reason.strip()[:300], by=by)
    was_stopped = not locked.may_be_contacted
    stopped = Contact.objects.filter(pk__in={contact.pk, *(other for other, _address in carriers_of(carried))})
    noes = dict(stopped.filter(do_not_contact_at__isnull=False).values_list("pk", "do_not_contact_at"))
    if was_stopped:
        Contact.objects.filter(pk=contact.pk).update(do_not_contact_at=None, do_not_contact_reason="", updated_at=now)
    _mark_carriers(carried, now)
    freed = Contact.objects.filter(pk__in=noes, do_not_contact_at__isnull=True).values_list("pk", flat=True)
    consents.end_marketing({pk: at for pk in freed if (at := noes[pk])})
    contact.refresh_from_db(fields=["do_not_contact_at", "do_not_contact_reason", "updated_at"])
    return bool(lifted) or was_stopped


@transaction.atomic
def take_back(cause: str, *, contacts: Collection[int], since: datetime, now: datetime | None = None) -> bool:
    """Undo the one unsubscription that `cause` made, where it was not before `since`; False when there is none.

    Only what this act suppressed is lifted, and only those of `contacts` whom it stopped are asked again.
    """
    now = now or clock.now()
    locked = list(Contact.objects.filter(pk__in=contacts).order_by("pk").select_for_update(no_key=True))
    made = Suppression.objects.standing().filter(cause=cause, why=Why.OPT_OUT, at__gte=since)
    moments = set(made.values_list("at", flat=True))
    if not moments:
        return False
    made.lift(at=now, reason=TAKEN_BACK)
    freed = [c.pk for c in locked if c.do_not_contact_reason == OptOut.UNSUBSCRIBED and c.do_not_contact_at in moments]
    Contact.objects.filter(pk__in=freed).update(do_not_contact_at=None, do_not_contact_reason="", updated_at=now)
    _mark_carriers([address for known in _carried_by(contacts).values() for address in known], now)
    return True


def can_take_back(cause: str, *, since: datetime) -> bool:
    return Suppression.objects.standing().filter(cause=cause, why=Why.OPT_OUT, at__gte=since).exists()


def rows_of(spelled: Collection[Spelled]) -> SuppressionQuerySet:
    """Return what stands against these addresses, under whichever key it was hashed."""
    digests = [digest for address in spelled for digest in addresses.digests(*address)]
    rows: SuppressionQuerySet = Suppression.objects.standing().filter(address_hash__in=digests)
    return rows


def _carried_by(contact_ids: Collection[int]) -> Mapping[int, list[Spelled]]:
    carried: defaultdict[int, list[Spelled]] = defaultdict(list)
    rows = ContactAddress.objects.filter(contact__in=contact_ids)
    for contact, medium, value in rows.values_list("contact", "medium", "value"):
        carried[contact].append((medium, value))
    return carried


def _review(
    contact_ids: Collection[int],
    carried: Mapping[int, list[Spelled]],
    against: Mapping[Spelled, AddressStanding],
    now: datetime,
) -> None:
    """Mark whoever carries an address of somebody who said no, and unmark whoever does not any more."""
    said = {
        contact: min(ats)
        for contact, known in carried.items()
        if (ats := [at for address in known if (at := against.get(address, NOTHING).of_person_at)])
    }
    unmarked = Q(pk__in=said, do_not_contact_reason="")
    marked = Q(do_not_contact_reason=OptOut.MAILBOX) & ~Q(pk__in=said)
    doubtful = Contact.objects.filter(unmarked | marked, pk__in=contact_ids).order_by("pk")
    changed = list(doubtful.select_for_update(no_key=True))
    for contact in changed:
        at = said.get(contact.pk)
        contact.do_not_contact_at, contact.do_not_contact_reason = at, OptOut.MAILBOX if at else ""
        contact.updated_at = now
    Contact.objects.bulk_update(changed, ["do_not_contact_at", "do_not_contact_reason", "updated_at"])


def _retire(bounced: Sequence[tuple[Spelled, datetime]]) -> None:
    """Mark the addresses of new contacts, too, with the moment since when they are out of use."""
    if not bounced:
        return
    media, values, ats = zip(*((medium, value, at) for (medium, value), at in bounced), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(RETIRE, [list(media), list(values), list(ats)])


def _mark_carriers(spelled: Collection[Spelled], now: datetime) -> None:
    contacts = {contact for contact, _address in carriers_of(spelled)}
    if contacts:
        carried = _carried_by(contacts)
        _review(contacts, carried, standing({a for known in carried.values() for a in known}), now)


Suppressed: TypeAlias = tuple[Spelled, str, str, No]  # address, why, scope, the no


def _suppress(said: Sequence[Suppressed], *, by: User | None = None) -> None:
    if not said:
        return
    rows = [
        (addresses.digest(*address).hex(), address[0], why, scope, no.at, no.evidence[:300], no.cause)
        for address, why, scope, no in said
    ]
    columns = ("hashes", "media", "whys", "scopes", "ats", "evidences", "causes")
    values = dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {"key": addresses.key_id(), "by": by.pk if by else None, **values})
