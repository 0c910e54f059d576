"""Taking a file of the configuration in: all of it or what is chosen, each row by itself, under the rights of a person.

Nothing that is only here is removed. Surveys arrive as drafts, what asks customers or is shown to them arrives switched
off, and wordings arrive as drafts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import securitylog
from accounts.models import User
from accounts.securitylog import Kind as Event
from onboarding.configuration import rules
from onboarding.configuration.columns import FileColumn
from onboarding.configuration.comparison import FileComparison, RowChange
from onboarding.configuration.particular_columns import WordingColumn
from surveys import locks
from surveys.models import CustomerSegment

# What is refused is tried again once others have been taken in: rows may come before those that they speak of.
ROUNDS = 3


@contextmanager
def alone() -> Iterator[None]:
    """Let nobody else take a file in meanwhile: what is compared in here is what is changed."""
    with transaction.atomic():
        locks.wait_for(locks.Work.CONFIGURATION)
        yield


def try_out(comparison: FileComparison, by: User) -> None:
    """Note at each change why it could not be, having tried all of them and kept none."""
    with transaction.atomic():
        _take_all(comparison.changes, None, by)
        transaction.set_rollback(True)


@transaction.atomic
def take(comparison: FileComparison, by: User, chosen: Collection[str] | None = None) -> list[RowChange]:
    """Make the changes that are chosen by their marks, or all, and return those that were made; call it `alone`.

    Why the others of them could not be stands at each one.
    """
    made = _take_all(comparison.changes, chosen, by)
    for change, columns in made:
        _note(change, columns, by)
    return [change for change, _columns in made]


def _take_all(
    changes: list[RowChange], chosen: Collection[str] | None, by: User
) -> list[tuple[RowChange, list[FileColumn]]]:
    made: list[tuple[RowChange, list[FileColumn]]] = []
    waiting = [change for change in changes if _marks(change, chosen)]
    for change in changes:
        change.trouble = []
    for _round in range(ROUNDS):
        before, waiting = waiting, [change for change in waiting if not _is_taken(change, chosen, by, made)]
        if len(waiting) in (0, len(before)):
            break
    return made


def _marks(change: RowChange, chosen: Collection[str] | None) -> list[str]:
    return change.marks if chosen is None else [mark for mark in change.marks if mark in chosen]


def _is_taken(
    change: RowChange, chosen: Collection[str] | None, by: User, made: list[tuple[RowChange, list[FileColumn]]]
) -> bool:
    """Make one change and note it among those `made`; where it cannot be, note at it why and return False."""
    marks = _marks(change, chosen)
    taken = [one.column for one in change.differences if change.is_new or one.mark in marks]
    change.trouble = []
    try:
        with transaction.atomic():
            _take(change, taken, by)
    except ValidationError as error:
        change.trouble = _words_of(error, change)
    except DatabaseError as error:
        change.trouble = [_("The database refuses it: %(why)s") % {"why": str(error).splitlines()[0]}]
    else:
        made.append((change, taken))
    return not change.trouble


def _take(change: RowChange, columns: list[FileColumn], by: User) -> None:
    _check_right(change, by)
    row = _row(change, by)
    wrong: dict[str, Any] = {}
    read = {}
    for column in columns:
        try:
            read[column] = column.read(change.values[column.name])
        except ValidationError as error:
            wrong[str(column.label)] = error
    if wrong:
        raise ValidationError([f"{capfirst(name)}: {' '.join(error.messages)}" for name, error in wrong.items()])
    for column, value in read.items():
        if not column.needs_row:
            column.put(row, value)
    for name, value in change.kind.arrives.items() if change.is_new else ():
        setattr(row, name, value)
    row.full_clean()
    rules.check_new(row)
    row.save()
    change.made = row
    for column in _late(change, columns):
        column.put(row, read.get(column))
    rules.check(row)


def _late(change: RowChange, columns: list[FileColumn]) -> Iterator[FileColumn]:
    """Yield what is put once the row stands; a new survey has a draft even where a file has no wording."""
    for column in change.kind.columns:
        if column.needs_row and (column in columns or (change.is_new and isinstance(column, WordingColumn))):
            yield column


def _row(change: RowChange, by: User) -> Any:
    model: Any = change.kind.model
    if change.is_new:
        return CustomerSegment(owner=by) if model is CustomerSegment else model()
    if change.row.pk is None or change.row._state.adding:
        return change.row
    return model._default_manager.select_for_update(of=("self",)).get(pk=change.row.pk)


def _check_right(change: RowChange, by: User) -> None:
    names = change.kind.model._meta
    deed = "add" if change.is_new else "change"
    if deed in names.default_permissions and not by.has_perm(f"{names.app_label}.{deed}_{names.model_name}"):
        raise ValidationError(_("You may not change this: %(what)s.") % {"what": names.verbose_name_plural})


def _words_of(error: ValidationError, change: RowChange) -> list[str]:
    if not hasattr(error, "error_dict"):
        return error.messages
    labels = {column.name: capfirst(str(column.label)) for column in change.kind.columns}
    return [
        f"{labels[name]}: {' '.join(messages)}" if name in labels else " ".join(messages)
        for name, messages in error.message_dict.items()
    ]


def _note(change: RowChange, columns: list[FileColumn], by: User) -> None:
    row, deed = change.made, "added" if change.is_new else "changed"
    subject = f"{row._meta.label} {row.pk}: {row}"
    names = [column.name for column in columns]
    securitylog.note(Event.SETTING_CHANGED, subject=subject, deed=deed, fields=names, means="file")
    with override(None):
        said = {} if change.is_new else {"fields": [str(column.label) for column in columns]}
    flag = ADDITION if change.is_new else CHANGE
    LogEntry.objects.log_actions(by.pk, [row], flag, [{deed: said}], single_object=True)
