"""Many follow-ups worked at once by the deeds of a single one, and undone in one go."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts import clock
from accounts.batches import each_alone
from accounts.models import User
from followups import notices
from followups.models import Activity, BulkDeed, Followup, FollowupIsClosed, StateDoesNotFit
from followups.models.deed import Deed
from followups.models.followup import FollowupQuerySet
from followups.notices import mentions
from surveys.models import Hold

# More than so many are not taken at once: so long others wait for their rows.
MOST = 1000

Refusal = BulkDeed.Refusal
# What else a deed looks at, beside the row itself.
BELONGING: Mapping[str, tuple[str, ...]] = {
    BulkDeed.Kind.ASSIGN: ("assignee",),
    BulkDeed.Kind.RESOLVE: ("response",),
    BulkDeed.Kind.STATE: ("playbook", "team"),
}
# As what a deed is told.
TOLD: Mapping[BulkDeed.Kind, str] = {
    BulkDeed.Kind.ASSIGN: notices.Kind.HANDOVER,
    BulkDeed.Kind.NOTE: notices.Kind.MENTION,
}
# What is done to a row; None where it is so already, and why where it cannot be.
Verb = Callable[[Followup], Deed | Refusal | None]


class TooLate(Exception):
    """The time in which a deed can be undone is over, or it was undone already."""


@dataclass
class BulkOutcome:
    """What became of some rows: the rows as they are now, the activity of each by what it was before, and why not."""

    rows: list[Followup] = field(default_factory=list)
    done: list[tuple[dict[str, Any], dict[int, int]]] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)


@transaction.atomic
def do(keys: Sequence[int], verb: Verb, *, kind: BulkDeed.Kind, key: UUID, by: User) -> BulkDeed:
    """Do the same to the follow-ups with these keys, at most MOST of them, and return what became of it.

    All at once where all goes well; a row that fails stops only itself. What `by` does not see is passed over. `key`
    names one sending: sent twice it is done once.
    """
    made, is_new = BulkDeed.objects.get_or_create(key=key, by=by, defaults={"kind": kind})
    if not is_new:
        return made
    worked = each_alone(list(dict.fromkeys(keys))[:MOST], lambda part: _do(part, verb, kind, by))
    made.done = [{"before": before, "rows": rows} for part in worked.results for before, rows in part.done]
    made.refused = {pk: why for part in worked.results for pk, why in part.refused.items()}
    made.refused |= dict.fromkeys((bad.row for bad in worked.set_aside), Refusal.FAILED)
    made.save(update_fields=["done", "refused"])
    if kind in TOLD:
        notices.tell_all(list(_happened(made, [row for part in worked.results for row in part.rows])))
    return made


def _happened(deed: BulkDeed, rows: Sequence[Followup]) -> Iterator[notices.Happening]:
    """Give what is told: to whoever was given the work, or is mentioned in the note; one letter lists what is due."""
    kind, kept = BulkDeed.Kind(deed.kind), _activities(deed)
    prefetch_related_objects(rows, "assignee")
    notes = Activity.objects.in_bulk(kept.values()) if kind == BulkDeed.Kind.NOTE else {}
    mentioned = mentions.in_note(next(iter(notes.values())).text).people if notes else ()
    for row in rows:
        to = mentioned if notes else (row.assignee,) if row.assignee else ()
        if to:
            yield notices.Happening(TOLD[kind], row, f"{kept[row.pk]}", deed.by, to, notes.get(kept[row.pk]))


def _activities(deed: BulkDeed) -> dict[int, int]:
    return {int(pk): activity for part in deed.done for pk, activity in part["rows"].items()}


def _do(keys: Sequence[int], verb: Verb, kind: str, by: User) -> BulkOutcome:
    outcome, deeds = BulkOutcome(), {}
    rows = {row.pk: row for row in _locked(Followup.objects.visible_to(by).filter(pk__in=keys), kind)}
    for row in rows.values():
        told = _told(verb, row)
        if isinstance(told, Deed):
            deeds[row.pk] = replace(told, changes=_news(told.changes, row))
        else:
            outcome.refused[row.pk] = told or Refusal.SO_ALREADY
    activities = _write(deeds, by)
    for alike in _alike({pk: _before(rows[pk], deed) for pk, deed in deeds.items()}):
        outcome.done.append((_before(rows[alike[0]], deeds[alike[0]]), {pk: activities[pk] for pk in alike}))
    outcome.rows = [_after(rows[pk], deed) for pk, deed in deeds.items()]
    return outcome


def _locked(rows: FollowupQuerySet, kind: str) -> Iterable[Followup]:
    """Return the rows as they are once nobody else works on them; what belongs to them is read after that."""
    return rows.select_for_update().order_by("pk").prefetch_related(*BELONGING.get(kind, ()))


def _told(verb: Verb, row: Followup) -> Deed | Refusal | None:
    try:
        return verb(row)
    except FollowupIsClosed:
        return Refusal.CLOSED
    except StateDoesNotFit:
        return Refusal.DOES_NOT_FIT


def _news(changes: Mapping[str, Any], row: Followup) -> dict[str, Any]:
    """Return the columns that are not so already: rows that change alike are one statement."""
    return {column: value for column, value in changes.items() if getattr(row, column) != value}


def _before(row: Followup, deed: Deed) -> dict[str, Any]:
    """Return what a deed changes of a row as it is, with the state that goes by its status."""
    columns = {**deed.changes, "state_id": None} if "status" in deed.changes else deed.changes
    return {column: getattr(row, column) for column in columns}


def _after(row: Followup, deed: Deed) -> Followup:
    for column, value in deed.changes.items():
        setattr(row, column, value)
    return row


def _write(deeds: Mapping[int, Deed], by: User | None) -> dict[int, int]:
    """Set the columns and keep the activities of all rows; return the key of each row's activity."""
    for alike in _alike({pk: deed.changes for pk, deed in deeds.items()}):
        changes = deeds[alike[0]].changes
        if changes:
            Followup.objects.filter(pk__in=alike).update(**changes)
        if changes.get("closed_at"):
            Hold.release_all(causes=map(Followup.hold_cause_of, alike), at=changes["closed_at"])
    kept = Activity.objects.bulk_create(
        Activity(followup_id=pk, kind=deed.kind, by=by, text=deed.text, change=deed.change)
        for pk, deed in deeds.items()
    )
    return {activity.followup_id: activity.pk for activity in kept}


def _alike(changes: Mapping[int, Mapping[str, Any]]) -> list[list[int]]:
    """Return the rows in groups of those with equal columns: each group is one statement."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for pk, values in changes.items():
        groups[tuple(values.items())].append(pk)
    return list(groups.values())


@transaction.atomic
def undo(deed: BulkDeed, *, by: User) -> BulkDeed:
    """Put every row back to what it was, but for those that somebody has worked on since: these are told as refused.

    A note is taken away; whatever else was done stays in the history, with its undoing. What `by` gave away and does
    not see any more comes back too. Raises TooLate.
    """
    deed = BulkDeed.objects.select_for_update().get(pk=deed.pk)
    now = clock.now()
    if not deed.can_be_undone(now):
        raise TooLate(deed.pk)
    kept = _activities(deed)
    rows = {row.pk: row for row in _locked(Followup.objects.filter(pk__in=kept), deed.kind)}
    touched = _touched_since(kept, rows)
    names = _names(deed)
    back = {
        int(pk): _back(rows[int(pk)], part["before"], names)
        for part in deed.done
        for pk in part["rows"]
        if int(pk) in rows and int(pk) not in touched
    }
    if deed.kind in TOLD:
        notices.take_back(TOLD[BulkDeed.Kind(deed.kind)], {pk: f"{kept[pk]}" for pk in back})
    if deed.kind == BulkDeed.Kind.NOTE:
        Activity.objects.filter(pk__in=[kept[pk] for pk in back]).delete()
    else:
        _write(back, by)
        Hold.renew_all(causes=[rows[pk].hold_cause for pk in back])
    deed.undone_at, deed.refused = now, dict.fromkeys(kept.keys() - back.keys(), Refusal.TOUCHED)
    deed.save(update_fields=["undone_at", "refused"])
    return deed


def _touched_since(kept: Mapping[int, int], rows: Iterable[int]) -> set[int]:
    """Return the rows whose last activity is not the one that was kept: every change leaves one."""
    later = Activity.objects.filter(followup__in=rows, pk__gt=min(kept.values(), default=0))
    return {row for row, activity in later.values_list("followup", "pk") if activity > kept[row]}


def _names(deed: BulkDeed) -> dict[int, str]:
    """Return what the people are called who had the work before."""
    people = User.objects.in_bulk({part["before"].get("assignee_id") for part in deed.done} - {None})
    return {pk: str(person) for pk, person in people.items()}


def _back(row: Followup, before: Mapping[str, Any], names: Mapping[int, str]) -> Deed:
    """Return the deed that undoes another one."""
    values = {column: _value(column, kept) for column, kept in before.items()}
    if "assignee_id" in values:
        to = names.get(values["assignee_id"], "")
        return Deed(Activity.Kind.ASSIGNED, values, change={"from": str(row.assignee or ""), "to": to})
    # Where only the word for it had changed its status is what it was.
    was = {"from": row.status} if "status" in values else {}
    return Deed(Activity.Kind.STATUS, values, change={**was, "to": str(values.get("status", row.status))})


def _value(column: str, kept: Any) -> Any:
    field = Followup._meta.get_field(column.removesuffix("_id"))
    return kept if field.is_relation else field.to_python(kept)  # type: ignore[union-attr]
