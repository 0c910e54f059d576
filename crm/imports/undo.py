"""Undo an import: what it created goes, what it changed is as it was, and whatever was touched later stays and is told.

Safe to repeat: a worker that was killed is followed by another, which finds the rows that are left.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts import clock
from accounts.actors import acting_as
from accounts.models import User
from accounts.nudges import nudge
from crm import address_book, deal_outcomes, merges, profiles
from crm.address_book import COPIES, AddressEntry
from crm.imports import people_undo
from crm.imports.labels import of_kind
from crm.imports.plans import ORDER
from crm.imports.removal import changed_later, named, named_by, removed
from crm.models import (
    Company,
    Consent,
    Contact,
    Deal,
    ImportChange,
    ImportFinding,
    ImportRun,
    Touchpoint,
)
from crm.reachability import Said
from crm.records.kinds import RECORDS
from crm.upsert import one_writer_at_a_time

BATCH = 500
# Of whoever goes the database asks every table that names people.
PEOPLE = 20
REMOVED, RESTORED, LEFT = "removed", "restored", "left"
# What names others comes first, people before their teams.
KINDS = [part for kind in reversed(ORDER) for part in (people_undo.KINDS if kind == people_undo.PERSON else (kind,))]


class ImportStays(Exception):
    """The month has passed, it was undone before, or what it changed was not kept."""


@transaction.atomic
def ask(run: ImportRun, *, by: User) -> None:
    """Have a worker undo a run; raises ImportStays."""
    kept = ImportRun.objects.select_for_update().get(pk=run.pk)
    if kept.undone_until is None or kept.undone_until <= clock.now():
        raise ImportStays
    kept.task, kept.status, kept.attempts = ImportRun.Task.UNDO, ImportRun.Status.WAITING, 0
    # What an attempt that came to nothing has done stays counted.
    kept.undone |= {"by": by.pk, "name": str(by)}
    kept.save(update_fields=["task", "status", "attempts", "undone"])
    nudge("crm.run_imports")


def execute(run: ImportRun) -> None:
    """Take back what the run changed, the kinds that name others first, and record on the run what became of it."""
    counts = Counter({name: int(run.undone.get(name, 0)) for name in (REMOVED, RESTORED, LEFT)})
    by = User.objects.filter(pk=run.undone.get("by")).first()
    with acting_as(by, name=f"undo of import {run.source}"):
        for kind in KINDS:
            changes = ImportChange.objects.filter(run=run.pk, kind=kind).order_by("-row")
            size = PEOPLE if kind in people_undo.KINDS else BATCH
            for batch in _batches(list(changes.values_list("row", flat=True)), size):
                with transaction.atomic():
                    counts += _undo(run, kind, batch)
                    run.undone |= dict(counts)
                    run.heard_at = clock.now()
                    run.save(update_fields=["undone", "heard_at"])
    run.undone |= {name: counts[name] for name in (REMOVED, RESTORED, LEFT)}
    run.is_journalled = False
    with transaction.atomic():
        run.save(update_fields=["undone", "is_journalled"])
        run.finish(at=clock.now())


def _batches(rows: Iterable[int], size: int) -> Iterable[list[int]]:
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


def _undo(run: ImportRun, kind: str, rows: Sequence[int]) -> Counter[str]:
    """Take back one batch and forget it; the caller's transaction counts it, too."""
    changes = {change.row: change for change in ImportChange.objects.filter(run=run.pk, kind=kind, row__in=rows)}
    restored = 0
    if kind in people_undo.KINDS:
        gone, left = people_undo.take_back(kind, changes)
    else:
        gone, restored, left = _records_taken_back(run, kind, changes)
    _tell(run, kind, left)
    ImportChange.objects.filter(run=run.pk, kind=kind, row__in=rows).delete()
    return Counter({REMOVED: gone, RESTORED: restored, LEFT: len(left)})


def _records_taken_back(
    run: ImportRun, kind: str, changes: Mapping[int, ImportChange]
) -> tuple[int, int, dict[int, tuple[str, str]]]:
    """Take back records of one kind; return how many were removed and put back, and of the others name and reason."""
    model: Any = RECORDS[kind].model
    merges.hold_still()
    one_writer_at_a_time(model, run.source)
    found = {one.pk: one for one in model.objects.filter(pk__in=changes).order_by("pk").select_for_update(no_key=True)}
    why = {pk: changed_later() for pk, one in found.items() if one.updated_at != changes[pk].written_at}
    created = [pk for pk in found if pk not in why and changes[pk].before is None]
    befores = {pk: changes[pk].before or {} for pk in found if pk not in why and changes[pk].before is not None}
    lost = _names_gone(model, befores)
    why |= lost
    changed = [pk for pk in befores if pk not in lost]
    why |= (_asked_about(created) if model is Deal and created else {}) | named(model, created)
    gone = [pk for pk in created if pk not in why]
    why |= removed(gone, partial(_delete, model))
    _restored(model, {pk: befores[pk] for pk in changed})
    _stop_asking(model, [pk for pk in why if changes[pk].before is None])
    left = {pk: (str(found[pk]), reason) for pk, reason in why.items()}
    return len([pk for pk in gone if pk not in why]), len(changed), left


def _names_gone(model: Any, befores: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
    """Return why rows are not put back that named what is gone by now, such as by the undo of another import."""
    why: dict[int, str] = {}
    for field in model._meta.fields:
        named_before = {pk: before.get(field.column) for pk, before in befores.items()} if field.is_relation else {}
        keys = {key for key in named_before.values() if key is not None}
        there = (
            set(field.related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
        )
        for pk, key in named_before.items():
            if key is not None and key not in there:
                what = field.related_model._meta.verbose_name
                why.setdefault(pk, _("What it named before is gone: %(what)s.") % {"what": what})
    return why


def _asked_about(deals: Sequence[int]) -> dict[int, str]:
    """Return why deals stay: something names the touchpoint that their outcome left."""
    found = list(Touchpoint.objects.filter(deal__in=deals).values_list("pk", "deal", "kind"))
    own = deal_outcomes.OUTCOMES.values()
    others = {deal: named_by(Touchpoint) for _pk, deal, kind in found if deal and kind not in own}
    points = {pk: deal for pk, deal, kind in found if deal and kind in own}
    return others | {points[point]: reason for point, reason in named(Touchpoint, list(points)).items()}


def _delete(model: Any, rows: Sequence[int]) -> None:
    if model is Deal:
        Touchpoint.objects.filter(deal__in=rows).delete()
    model.objects.filter(pk__in=rows).delete()


def _restored(model: Any, befores: dict[int, dict[str, Any]]) -> None:
    """Put the columns of rows back, and what follows from them."""
    if not befores:
        return
    columns = sorted({name for before in befores.values() for name in before if not name.startswith("+")})
    quote = connection.ops.quote_name
    listed, table, now = ", ".join(quote(name) for name in columns), quote(model._meta.db_table), clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            # Only the names of our own table and columns are put into the text.
            f"""
            UPDATE {table} AS t SET ({listed}, updated_at) = (
                SELECT {", ".join(f"r.{quote(name)}" for name in columns)}, %s FROM jsonb_populate_record(t, b.before) r
            )
            FROM unnest(%s::bigint[], %s::jsonb[]) AS b (id, before) WHERE t.id = b.id
            """,  # noqa: S608
            [now, list(befores), [json.dumps(before) for before in befores.values()]],
        )
    if model is Contact:
        _restored_contacts(befores)
    elif model is Deal:
        deal_outcomes.settle(list(befores), now=now)
    elif model is Company:
        profiles.refresh(companies=list(befores), now=now)


def _restored_contacts(befores: dict[int, dict[str, Any]]) -> None:
    now, entries = clock.now(), []
    copies = {contact.pk: contact for contact in Contact.objects.filter(pk__in=befores)}
    for pk, before in befores.items():
        for medium, column in COPIES.items():
            values = tuple(value for of, value in before.get("+addresses", []) if of == medium)
            entries.append(AddressEntry(pk, medium, values, None, copy=getattr(copies[pk], column)))
    _restore_consents(befores)
    address_book.write(entries, now=now)
    profiles.refresh(contacts=list(befores), now=now)


def _restore_consents(befores: dict[int, dict[str, Any]]) -> None:
    """Let contacts have said what they had said before; an objection stays, whoever told us of it."""
    was = {
        (pk, medium, use): said for pk, before in befores.items() for medium, use, *said in before.get("+consents", [])
    }
    for consent in Consent.objects.filter(contact__in=befores).exclude(status=Said.OBJECTED):
        said = was.get((consent.contact_id, consent.medium, consent.use))
        if said is None:
            consent.delete()
        elif [consent.status, consent.origin, consent.evidence] != said[:3]:
            consent.status, consent.origin, consent.evidence = said[:3]
            consent.changed_at = parse_datetime(said[3]) or consent.changed_at
            consent.save()


def _stop_asking(model: Any, rows: Sequence[int]) -> None:
    """Let nobody be asked any more about what stays although the import made it; what went out is out."""
    about = {Touchpoint: "pk__in", Deal: "deal__in"}.get(model)
    if about and rows:
        Touchpoint.objects.standing().filter(**{about: list(rows)}).update(cancelled_at=clock.now())


def _tell(run: ImportRun, kind: str, left: dict[int, tuple[str, str]]) -> None:
    room = max(2 * ImportRun.MOST_FINDINGS - run.findings.count(), 0)
    ImportFinding.objects.bulk_create(
        ImportFinding(
            run=run,
            file=of_kind(kind)[:200],
            line=0,
            column=name[:100],
            severity=ImportFinding.Severity.KEPT,
            reason=reason[:500],
        )
        for name, reason in list(left.values())[:room]
    )
