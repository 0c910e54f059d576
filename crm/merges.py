"""Two records of one person: found by the mailbox that both carry, made one, and parted again within the day.

The absorbed record stays as it is, with its external ID, its addresses and what its system says of it; it is only not
shown, asked or written to any more. Everything that named it names the survivor, and so does its external ID from now
on: the next sync makes no twin, and what it says of addresses, consents and noes is said of the survivor too.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.dateparse import parse_datetime

from accounts import clock
from accounts.batches import each_alone
from accounts.media import Medium
from accounts.models import User
from accounts.sources import SAMPLE
from crm import address_book, consents, suppressions
from crm.address_book import COPIES, AddressEntry
from crm.models import Consent, ConsentChange, Contact, ContactAddress, LatestScore, Merge, Sourced
from crm.suppressions import No

# What is joined or worked out anew, not moved: both records keep their own. Merges themselves are no relations of a
# contact.
JOINED = (ContactAddress, Consent, ConsentChange, LatestScore)
# The last one is missing in what was kept before 0.3.0.
SAID = ("status", "origin", "changed_at", "evidence")


# Held alone by a merge and its undoing, and together by all who write rows that name contacts.
LOCK = "crm:records of one person"


class CannotMerge(Exception):
    """These two are one record already, one of them was absorbed by a third, or one is invented."""


class CannotUndo(Exception):
    """A day has passed, it was undone before, or the survivor has been merged with a third record since.

    What came last is undone first: an earlier merge would take back what a later one brought as well.
    """


def twins_of(contact: Contact) -> QuerySet[Contact]:
    """Return the other records that carry a mailbox of this one."""
    mine = contact.addresses.filter(medium=Medium.EMAIL).values("value")
    theirs = ContactAddress.objects.filter(contact=OuterRef("pk"), medium=Medium.EMAIL, value__in=mine)
    return Contact.objects.shown().filter(Exists(theirs)).exclude(pk=contact.pk).order_by("pk")


def with_twins(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Keep those of `contacts` a mailbox of which another record carries too."""
    others = ContactAddress.objects.filter(medium=Medium.EMAIL, value=OuterRef("value"), contact__merged_into=None)
    mine = ContactAddress.objects.filter(contact=OuterRef("pk"), medium=Medium.EMAIL)
    shared = mine.filter(Exists(others.exclude(contact=OuterRef("contact"))))
    return contacts.filter(Exists(shared), merged_into=None)


@transaction.atomic
def merge(survivor: Contact, absorbed: Contact, *, by: User | None = None, now: datetime | None = None) -> Merge:
    """Make two records one and return what is needed to undo it; `survivor` has everything of both afterwards.

    What the database does not allow twice, such as the turn of a wave that both had, stays with the absorbed record.
    Raises CannotMerge when one of them is absorbed already or invented, or when they are the same.
    """
    now = now or clock.now()
    _wait_for_writers()
    survivor, absorbed = _locked(survivor, absorbed)
    if survivor == absorbed or survivor.merged_into_id or absorbed.merged_into_id:
        raise CannotMerge
    if SAMPLE in (survivor.source, absorbed.source):
        raise CannotMerge
    was = {"do_not_contact_at": survivor.do_not_contact_at, "do_not_contact_reason": survivor.do_not_contact_reason}
    kept = {"moved": dict(_moved(absorbed, survivor, now)), "was": was} | _joined_consents(absorbed, survivor)
    before = set(survivor.addresses.values_list("pk", flat=True))
    Contact.objects.filter(pk=absorbed.pk).update(merged_into=survivor, updated_at=now)
    share({absorbed.pk: survivor.pk}, now=now)
    kept["addresses"] = list(survivor.addresses.exclude(pk__in=before).values_list("pk", flat=True))
    Contact.objects.touch([survivor.pk], at=now)
    return Merge.objects.create(survivor=survivor, absorbed=absorbed, at=now, by=by, kept=_as_json(kept))


@transaction.atomic
def undo(done: Merge, *, by: User | None = None, now: datetime | None = None) -> None:
    """Make two records again of those that were merged within the day: each has what it had, and what came since stays.

    A no that was said stays a no for every mailbox at which it was said. Raises CannotUndo.
    """
    now = now or clock.now()
    _wait_for_writers()
    survivor, absorbed = _locked(done.survivor, done.absorbed)
    standing = Merge.objects.select_for_update(of=("self",)).undoable(now).filter(pk=done.pk).first()
    if standing is None:
        raise CannotUndo
    done = standing
    for name, ids in done.kept["moved"].items():
        model, field = _field_of(name)
        _move(model, field, ids, absorbed, now)
    _part_addresses(survivor, done.kept["addresses"], now)
    _part_consents(done)
    _part_noes(survivor, absorbed, done)
    Contact.objects.filter(pk=absorbed.pk).update(merged_into=None, updated_at=now)
    suppressions.meet([survivor.pk, absorbed.pk], now=now)
    Contact.objects.touch([survivor.pk], at=now)
    Merge.objects.filter(pk=done.pk).update(undone_at=now, undone_by=by)


def hold_still() -> None:
    """Let nobody merge or part records until this transaction is over: whom a row names must stand until then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [LOCK])


def _wait_for_writers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])


def survivors_of(contact_ids: Collection[int]) -> dict[int, int]:
    """Return by which records those of these contacts were absorbed that were; one query."""
    rows = Contact.objects.filter(pk__in=contact_ids, merged_into__isnull=False).values_list("pk", "merged_into")
    return {absorbed: survivor for absorbed, survivor in rows if survivor}


def share(survivors: Mapping[int, int], *, now: datetime) -> None:
    """Give survivors, by the records that they absorbed, the addresses and the noes of these."""
    entries = [entry for absorbed, survivor in survivors.items() for entry in _shared_addresses(absorbed, survivor)]
    moved = address_book.write(entries, now=now)
    said = Contact.objects.filter(pk__in=survivors).exclude(do_not_contact_reason__in=["", Contact.OptOut.MAILBOX])
    noes = {
        survivors[contact.pk]: No(contact.do_not_contact_reason, contact.do_not_contact_at)
        for contact in said
        if contact.do_not_contact_at
    }
    suppressions.stop(noes, now=now)
    suppressions.meet({*moved, *survivors.values()}, now=now)


def _locked(survivor: Contact, absorbed: Contact) -> tuple[Contact, Contact]:
    rows = Contact.objects.filter(pk__in=[survivor.pk, absorbed.pk]).order_by("pk").select_for_update(no_key=True)
    locked = {contact.pk: contact for contact in rows}
    return locked[survivor.pk], locked[absorbed.pk]


def _moved(absorbed: Contact, survivor: Contact, now: datetime) -> Iterable[tuple[str, list[int]]]:
    """Have everything that names one record name the other, in every app; yield the columns and what was moved."""
    for relation in Contact._meta.related_objects:
        model, field = relation.related_model, relation.field.name
        if model in JOINED:
            continue
        found = list(model._base_manager.filter(**{field: absorbed}).values_list("pk", flat=True))
        worked = each_alone(found, partial(_move, model, field, to=survivor, now=now))
        left = {aside.row for aside in worked.set_aside}
        if moved := [pk for pk in found if pk not in left]:
            yield f"{model._meta.label}.{field}", moved


def _move(model: type[Model], field: str, ids: Collection[int], to: Contact, now: datetime) -> None:
    moment = {"updated_at": now} if issubclass(model, Sourced) else {}
    model._base_manager.filter(pk__in=ids).update(**{field: to}, **moment)


def _field_of(name: str) -> tuple[type[Model], str]:
    label, _dot, field = name.rpartition(".")
    return apps.get_model(label), field


def _shared_addresses(absorbed: int, survivor: int) -> Iterable[AddressEntry]:
    """Return all addresses of both, those of the survivor first."""
    rows = ContactAddress.objects.filter(contact__in=[absorbed, survivor]).preferred_first()
    known = sorted(rows.values_list("contact", "medium", "value"), key=lambda row: row[0] != survivor)
    copies = Contact.objects.values(*COPIES.values()).get(pk=survivor)
    for medium in dict.fromkeys(medium for _contact, medium, _value in known):
        values = tuple(dict.fromkeys(value for _contact, of, value in known if of == medium))
        yield AddressEntry(survivor, medium, values, None, copy=copies.get(COPIES.get(medium, ""), values[0]))


def _joined_consents(absorbed: Contact, survivor: Contact) -> dict[str, Any]:
    """Let the survivor have said what either said: an objection wins, else the word that was spoken last."""
    own = {(consent.medium, consent.use): consent for consent in survivor.consents.all()}
    before, new = [], []
    for consent in absorbed.consents.all():
        known = own.get((consent.medium, consent.use))
        if known is None:
            said = {name: getattr(consent, name) for name in SAID}
            about = {"medium": consent.medium, "use": consent.use}
            new.append(Consent.objects.create(contact=survivor, **about, **said).pk)
        elif consents.rank(consent) > consents.rank(known):
            before.append([known.pk, *(getattr(known, name) for name in SAID)])
            Consent.objects.filter(pk=known.pk).update(**{name: getattr(consent, name) for name in SAID})
    return {"consents": before, "new_consents": new}


def _part_addresses(survivor: Contact, added: Collection[int], now: datetime) -> None:
    values = {
        medium: tuple(rows.exclude(pk__in=added).values_list("value", flat=True))
        for medium in COPIES
        for rows in [survivor.addresses.filter(medium=medium).preferred_first()]
    }
    entries = [
        AddressEntry(survivor.pk, medium, staying, None, copy=getattr(survivor, COPIES[medium]))
        for medium, staying in values.items()
    ]
    address_book.write(entries, now=now)
    ContactAddress.objects.filter(pk__in=added).delete()


def _part_consents(done: Merge) -> None:
    """Take back what the absorbed record had said; what was said since stays."""
    unchanged = Consent.objects.filter(changed_at__lte=done.at)
    unchanged.filter(pk__in=done.kept["new_consents"]).delete()
    for pk, *said in done.kept["consents"]:
        before = dict(zip(SAID, said, strict=False))
        unchanged.filter(pk=pk).update(**before | {"changed_at": parse_datetime(before["changed_at"])})


def _part_noes(survivor: Contact, absorbed: Contact, done: Merge) -> None:
    """Take back what only the absorbed record had said; a no that was said since stays with both."""
    was, no_at = done.kept["was"], absorbed.do_not_contact_at
    said_by_other = (no_at, absorbed.do_not_contact_reason)
    if (survivor.do_not_contact_at, survivor.do_not_contact_reason) == said_by_other and no_at and no_at <= done.at:
        at = parse_datetime(was["do_not_contact_at"]) if was["do_not_contact_at"] else None
        Contact.objects.filter(pk=survivor.pk).update(
            do_not_contact_at=at, do_not_contact_reason=was["do_not_contact_reason"]
        )


def _as_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    was = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept["was"].items()}
    before = [
        [value.isoformat() if isinstance(value, datetime) else value for value in row] for row in kept["consents"]
    ]
    return {**kept, "was": was, "consents": before}
