"""Work through a batch in which a bad row stops only itself."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from accounts.plaintext import clean

log = structlog.get_logger(__name__)

Row = TypeVar("Row")
Result = TypeVar("Result")

LONGEST_REASON = 500
# No row is to blame for these: the database is away or busy, the machine is full, the worker is told to stop.
NOT_OF_A_ROW = (OperationalError, InterfaceError, MemoryError, SoftTimeLimitExceeded)
# PostgreSQL counts a row that is too large for an index or a page among the operational errors.
LIMIT_EXCEEDED = "54"


@dataclass(frozen=True, slots=True)
class SetAside(Generic[Row]):
    """A row that failed by itself; `reason` is one printable line of at most 500 characters, without the values."""

    row: Row
    error: Exception
    reason: str


@dataclass(slots=True)
class Worked(Generic[Row, Result]):
    """What became of a batch: what `work` returned for each piece, in the order of the rows, and the rows set aside."""

    results: list[Result] = field(default_factory=list)
    set_aside: list[SetAside[Row]] = field(default_factory=list)


def each_alone(rows: Sequence[Row], work: Callable[[Sequence[Row]], Result]) -> Worked[Row, Result]:
    """Run `work(rows)` in a savepoint; when it fails, halve the rows until those that fail stand alone.

    With nothing wrong `work` is called once, so set-based work stays set-based; a bad row costs about
    2 × log2(rows) calls more. `work` meets a good row again after each failure beside it: what it wrote is undone by
    the savepoint, what it changed in memory is not. Without a transaction around it each piece is committed by itself.

    An error that says that the database is away, the memory full or the time over is raised: it is of no row. Every
    other Exception sets its row aside. A batch with rows set aside is logged once.
    """
    worked: Worked[Row, Result] = Worked()
    pieces = [rows] if rows else []
    while pieces:
        piece = pieces.pop()
        try:
            with transaction.atomic():
                worked.results.append(work(piece))
        except Exception as error:
            if _is_of_no_row(error):
                raise
            if len(piece) == 1:
                worked.set_aside.append(SetAside(piece[0], error, reason_of(error)))
            else:
                middle = len(piece) // 2
                pieces += [piece[middle:], piece[:middle]]
    _tell(worked, len(rows))
    return worked


def one_by_one(rows: Sequence[Row], work: Callable[[Row], Result]) -> Worked[Row, Result]:
    """Run `work(row)` in a savepoint of its own for each row: for work that is long, or not set-based, or must not be
    seen twice. Errors are as those of `each_alone`."""
    worked: Worked[Row, Result] = Worked()
    for row in rows:
        try:
            with transaction.atomic():
                worked.results.append(work(row))
        except Exception as error:
            if _is_of_no_row(error):
                raise
            worked.set_aside.append(SetAside(row, error, reason_of(error)))
    _tell(worked, len(rows))
    return worked


def all_or_each(
    whole: Callable[[], Result], rows: Callable[[], Sequence[Row]], work: Callable[[Sequence[Row]], Result]
) -> Worked[Row, Result]:
    """Run `whole()`, one statement over rows that nobody has to name; when it fails, do `work` as `each_alone` does.

    `rows`: names them, and is only called then. An error that spares none of several rows is of none of them: it is
    raised.
    """
    try:
        with transaction.atomic():
            return Worked([whole()])
    except Exception as error:
        if _is_of_no_row(error):
            raise
        found = rows()
        worked = each_alone(found, work)
        if not worked.results and len(found) != 1:
            raise
        return worked


def reason_of(error: Exception) -> str:
    """Return in one line why `error` happened; of a database error, only what reveals no values of the row."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    if isinstance(error, DatabaseError) and diagnosis and diagnosis.message_primary:
        place = diagnosis.constraint_name or diagnosis.column_name or diagnosis.table_name
        said = f"{diagnosis.message_primary} ({place})" if place else diagnosis.message_primary
    else:
        said = str(error)
    return clean(f"{type(error).__name__}: {said}", limit=LONGEST_REASON)


def _is_of_no_row(error: Exception) -> bool:
    code = getattr(error.__cause__, "pgcode", None) or ""
    return isinstance(error, NOT_OF_A_ROW) and not code.startswith(LIMIT_EXCEEDED)


def _tell(worked: Worked[Row, Result], rows: int) -> None:
    """Say once what was set aside, and where in the code; the text of a database error may hold personal data."""
    if worked.set_aside:
        first = worked.set_aside[0]
        where = traceback.format_tb(first.error.__traceback__)[-1]
        log.error("rows set aside", rows=rows, set_aside=len(worked.set_aside), first=first.reason, where=where)
