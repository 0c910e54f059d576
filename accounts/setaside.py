"""Rows that batches set aside: kept with the reason, shown to administrators, left out until they are tried again.

Each kind of batch is one Batch, declared beside its work. A run of it asks once which rows rest, and that is all it
costs as long as no row fails.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from accounts import batches, clock
from accounts.batches import Worked
from accounts.models import SetAsideRow
from accounts.nudges import nudge

Row = TypeVar("Row")
Result = TypeVar("Result")

# After how long a row is tried again by itself, time after time. A mistake of ours may be mended by then.
PATIENCE = (timedelta(hours=1), timedelta(hours=6), *[timedelta(days=1)] * 5)
_known: dict[str, "Batch"] = {}


class StillDue(Exception):
    """The work of a row went well and left it due, so that it would be taken again and again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A kind of batch. `label`: what it does; `task`: what nudges it; `model`, `place_model`: whose primary keys name
    its rows and their places.

    `patience`: after how long a row is tried again by itself; after that, or when empty, once somebody asks for it.
    """

    name: str
    label: Promise
    task: str
    model: type[Model] | None = None
    place_model: type[Model] | None = None
    patience: Sequence[timedelta] = PATIENCE

    def __post_init__(self) -> None:
        _known[self.name] = self

    def run(self, now: datetime, *, place: str = "") -> "BatchRun":
        """Begin a run over the rows of `place`; one query."""
        kept = SetAsideRow.objects.filter(batch=self.name, place=place)
        return BatchRun(self, place, now, {row.row: row for row in kept})

    def take_all(
        self,
        waiting: Callable[[], QuerySet[Any, Any]],
        work: Callable[[Sequence[int], datetime], Any],
        *,
        now: datetime | None = None,
        size: int = 100,
        before: Callable[[], object] | None = None,
    ) -> int:
        """Work at every row that waits, each once, by their primary keys, and return how many were looked at.

        So many at a time are claimed, worked at and marked in one transaction that begins with `before`, with rows
        locked by other workers passed over. A killed worker leaves nothing half done; a row that fails is set aside
        and holds up no other.
        """
        total = 0
        while claimed := self._take(waiting, work, now or clock.now(), size, before):
            total += claimed
        return total

    @transaction.atomic
    def _take(
        self,
        waiting: Callable[[], QuerySet[Any, Any]],
        work: Callable[[Sequence[int], datetime], Any],
        now: datetime,
        size: int,
        before: Callable[[], object] | None,
    ) -> int:
        if before:
            before()
        run = self.run(now)
        due = waiting().exclude(pk__in=run.resting).order_by("pk")
        claimed = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:size])
        run.each_alone(claimed, lambda ids: work(ids, now), due=due)
        return len(claimed)

    def next_try(self, tries: int, now: datetime) -> datetime | None:
        """Return when a row that failed so often is tried again, or None when a person has to ask for it."""
        return now + self.patience[tries - 1] if tries <= len(self.patience) else None


@dataclass(frozen=True, slots=True)
class BatchRun:
    """One run of a batch; `kept`: what was set aside before it, by the name of the row."""

    batch: Batch
    place: str
    now: datetime
    kept: dict[str, SetAsideRow] = field(default_factory=dict)

    @property
    def resting(self) -> list[str]:
        """The rows that are left out for now."""
        return [name for name, row in self.kept.items() if not _is_wanted(row, self.now)]

    @property
    def wanted(self) -> list[str]:
        """The rows set aside that are tried again now."""
        return [name for name, row in self.kept.items() if _is_wanted(row, self.now)]

    def each_alone(
        self, rows: Sequence[Row], work: Callable[[Sequence[Row]], Result], *, due: QuerySet[Any, Any] | None = None
    ) -> Worked[Row, Result]:
        """Do as `batches.each_alone`; keep the rows that fail, and forget those that were tried again and did not.

        `due`: what the rows were taken from, by a loop that goes on until nothing is left. A row that is still found
        there after its work has failed too, and what was done about it is undone; one query more.
        """
        return self._keep(batches.each_alone(rows, work if due is None else partial(_work_off, work=work, due=due)))

    def one_by_one(self, rows: Sequence[Row], work: Callable[[Row], Result]) -> Worked[Row, Result]:
        """Do as `batches.one_by_one`; keep the rows that fail, and forget those that were tried again and did not."""
        return self._keep(batches.one_by_one(rows, work))

    def all_or_each(
        self, whole: Callable[[], Result], rows: Callable[[], Sequence[Row]], work: Callable[[Sequence[Row]], Result]
    ) -> Worked[Row, Result]:
        """Do as `batches.all_or_each`; keep the rows that fail, and forget those that were tried again and did not."""
        return self._keep(batches.all_or_each(whole, rows, work))

    def set_aside(self, name: str, reason: str) -> None:
        """Keep one row with the reason why it failed."""
        known = self.kept.get(name)
        tries = known.tries + 1 if known else 1
        self.kept[name], _made = SetAsideRow.objects.update_or_create(
            batch=self.batch.name,
            place=self.place,
            row=name,
            defaults={
                "reason": reason,
                "at": self.now,
                "tries": tries,
                "rests_until": self.batch.next_try(tries, self.now),
            },
        )

    def forget(self, names: Iterable[str]) -> None:
        """Forget rows that no longer need to be set aside."""
        if over := [self.kept.pop(name).pk for name in names if name in self.kept]:
            SetAsideRow.objects.filter(pk__in=over).delete()

    def _keep(self, worked: Worked[Row, Result]) -> Worked[Row, Result]:
        failed = {_name_of(aside.row): aside.reason for aside in worked.set_aside}
        for name, reason in failed.items():
            self.set_aside(name, reason)
        # One that is not due any more, for another reason, is done with too.
        self.forget([name for name in self.wanted if name not in failed])
        return worked


def known() -> dict[str, Batch]:
    """Return every kind of batch by its name."""
    return _known


def try_again(rows: QuerySet[SetAsideRow], *, now: datetime) -> int:
    """Let rows set aside be tried at once, nudge whoever works at them, and return how many there are."""
    tasks = {_known[name].task for name in rows.values_list("batch", flat=True) if name in _known}
    wanted = rows.update(rests_until=now)
    for task in sorted(tasks):
        nudge(task)
    return wanted


def _work_off(rows: Sequence[Row], *, work: Callable[[Sequence[Row]], Result], due: QuerySet[Any, Any]) -> Result:
    result = work(rows)
    if list(due.filter(pk__in=[_name_of(row) for row in rows])):
        raise StillDue("It was worked at and is due as before.")
    return result


def _is_wanted(row: SetAsideRow, now: datetime) -> bool:
    return row.rests_until is not None and row.rests_until <= now


def _name_of(row: Any) -> str:
    return str(row.pk if isinstance(row, Model) else row)
