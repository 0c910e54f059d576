"""Undo an import: what it created goes, what it changed is as it was, and whatever was touched later stays and is told.

Safe to repeat: a worker that was killed is followed by another, which finds the rows that are left.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts import clock
from accounts.actors import acting_as
from accounts.models import User
from accounts.nudges import nudge
from crm import address_book, deal_outcomes, merges, profiles
from crm.address_book import COPIES, AddressEntry
from crm.imports.labels import of_kind
from crm.imports.plans import ORDER
from crm.models import (
    Company,
    Consent,
    ConsentChange,
    Contact,
    ContactAddress,
    Deal,
    ImportChange,
    ImportFinding,
    ImportRun,
    LatestScore,
    ScoreChange,
    Touchpoint,
)
from crm.reachability import Said
from crm.records.kinds import RECORDS
from crm.upsert import one_writer_at_a_time

BATCH = 500
REMOVED, RESTORED, LEFT = "removed", "restored", "left"
# What belongs to a record and goes with it; everything else that names it keeps it.
OWN = (ContactAddress, Consent, ConsentChange, LatestScore, ScoreChange)


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
        for kind in reversed(ORDER):
            changes = ImportChange.objects.filter(run=run.pk, kind=kind).order_by("-row")
            if RECORDS[kind].model is None:
                continue
            for batch in _batches(list(changes.values_list("row", flat=True))):
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


def _batches(rows: Iterable[int]) -> Iterable[list[int]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _undo(run: ImportRun, kind: str, rows: Sequence[int]) -> Counter[str]:
    """Take back one batch and forget it; the caller's transaction counts it, too."""
    model: Any = RECORDS[kind].model
    merges.hold_still()
    one_writer_at_a_time(model, run.source)
    changes = {change.row: change for change in ImportChange.objects.filter(run=run.pk, kind=kind, row__in=rows)}
    found = {one.pk: one for one in model.objects.filter(pk__in=rows).order_by("pk").select_for_update(no_key=True)}
    why: dict[int, str] = {
        pk: _("It was changed after the import.")
        for pk, one in found.items()
        if one.updated_at != changes[pk].written_at
    }
    created = [pk for pk in found if pk not in why and changes[pk].before is None]
    changed = [pk for pk in found if pk not in why and changes[pk].before is not None]
    why |= _named(model, created)
    gone = [pk for pk in created if pk not in why]
    why |= _removed(model, gone)
    _restored(model, {pk: changes[pk].before or {} for pk in changed})
    _stop_asking(model, [pk for pk in why if changes[pk].before is None])
    _tell(run, kind, {pk: (str(found[pk]), reason) for pk, reason in why.items()})
    ImportChange.objects.filter(run=run.pk, kind=kind, row__in=rows).delete()
    return Counter({REMOVED: len([pk for pk in gone if pk not in why]), RESTORED: len(changed), LEFT: len(why)})


def _named(model: type[models.Model], rows: Sequence[int]) -> dict[int, str]:
    """Return why records stay that something else names: an ask, an answer, a deal that came later."""
    why: dict[int, str] = {}
    for field in _naming(model) if rows else ():
        other: Any = field.model
        named = other._base_manager.filter(**{f"{field.name}__in": list(rows)}).values_list(field.attname, flat=True)
        # What is narrowed to a record names it by a row of its own, and would be narrowed to nothing without it.
        called = other._meta.auto_created or other
        for pk in set(named):
            why.setdefault(pk, _named_by(called))
    if model is Deal and rows:
        for pk, reason in _asked_about(rows).items():
            why.setdefault(pk, reason)
    return why


def _naming(model: type[models.Model]) -> list[Any]:
    """Return the fields of others that name a record, also those by which nobody asks it for what names it."""
    relations: list[Any] = list(model._meta.get_fields(include_hidden=True))
    named = [one.remote_field for one in relations if (one.one_to_many or one.one_to_one) and one.auto_created]
    return [one for one in named if one.model not in OWN and not (model is Deal and one.model is Touchpoint)]


def _named_by(other: type[models.Model]) -> str:
    return _("It is named by others: %(what)s.") % {"what": other._meta.verbose_name_plural}


def _asked_about(deals: Sequence[int]) -> dict[int, str]:
    """Return why deals stay: something names the touchpoint that their outcome left."""
    found = list(Touchpoint.objects.filter(deal__in=deals).values_list("pk", "deal", "kind"))
    own = deal_outcomes.OUTCOMES.values()
    others = {deal: _named_by(Touchpoint) for _pk, deal, kind in found if deal and kind not in own}
    points = {pk: deal for pk, deal, kind in found if deal and kind in own}
    return others | {points[point]: reason for point, reason in _named(Touchpoint, list(points)).items()}


def _removed(model: Any, rows: Sequence[int]) -> dict[int, str]:
    """Delete records; return why those stay that the database keeps."""
    try:
        with transaction.atomic():
            _delete(model, rows)
    except (DatabaseError, models.ProtectedError):
        return _removed_one_by_one(model, rows)
    return {}


def _removed_one_by_one(model: Any, rows: Sequence[int]) -> dict[int, str]:
    why = {}
    for pk in rows:
        try:
            with transaction.atomic():
                _delete(model, [pk])
        except (DatabaseError, models.ProtectedError):
            why[pk] = _("Something else still needs it.")
    return why


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
