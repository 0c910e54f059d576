"""Writing to the customers of improvements that are done: wanted by a person at once, written in the background."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.batches import Worked
from accounts.models import User
from accounts.nudges import nudge
from accounts.setaside import Batch
from crm import merges
from delivery import services as delivery
from followups.improvements import audience, letters
from followups.models import Improvement, ImprovementActivity, ImprovementLetter

WRITE = "followups.write_improvement_letters"
BATCH = 200
LETTERS = Batch("improvements", _("writing to customers of improvements"), task=WRITE, model=ImprovementLetter)
# Who writes them holds it, so that two letters about two things find each other.
LOCK = "followups:letters about improvements"
State = ImprovementLetter.State


class NotDone(Exception):
    """Customers are told of what is done, and this improvement is not."""


@dataclass(frozen=True, slots=True)
class LettersSoFar:
    """How far the letters of an improvement are; of those written some did not arrive."""

    waiting: int
    written: int
    left: int
    not_arrived: int

    @property
    def wanted(self) -> int:
        return self.waiting + self.written + self.left


@transaction.atomic
def want(improvement: Improvement, *, by: User, now: datetime | None = None) -> int:
    """Want a letter to every customer who may be told, of those whose answers `by` may see; return how many are new.

    A customer is told once. Who was left before, or whose letter did not arrive, is tried again. Raises NotDone.
    """
    now = now or clock.now()
    improvement.lock_row()
    if not improvement.is_done:
        raise NotDone(improvement.pk)
    merges.hold_still()
    customers = audience.of(improvement, by, now).writable
    again = improvement.letters.to_try_again().filter(contact__in=[each.contact.pk for each in customers])
    tried = again.update(state=State.WAITING, reason="", written_at=None, wanted_by=by, wanted_at=now)
    known = set(improvement.letters.values_list("contact", flat=True))
    new = [
        ImprovementLetter(
            improvement=improvement, contact=each.contact, response=each.response, wanted_by=by, wanted_at=now
        )
        for each in customers
        if each.contact.pk not in known
    ]
    ImprovementLetter.objects.bulk_create(new, ignore_conflicts=True)
    if tried + len(new):
        improvement.record(ImprovementActivity.Kind.LETTERS, by=by, change={"number": tried + len(new)})
        nudge(WRITE)
    return tried + len(new)


def progress(improvement: Improvement) -> LettersSoFar:
    found = Counter(improvement.letters.values_list("state", flat=True))
    not_arrived = improvement.letters.not_arrived().count()
    return LettersSoFar(found[State.WAITING], found[State.WRITTEN], found[State.LEFT], not_arrived)


def write_due(now: datetime) -> int:
    """Write every letter that waits, and return how many were looked at.

    A batch is claimed, judged once more and queued in one transaction, one worker after the other; a row that fails is
    set aside and holds up no other.
    """
    total = 0
    while written := _write_batch(now):
        total += sum(written.results)
    return total


@transaction.atomic
def _write_batch(now: datetime) -> Worked[int, int] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
    run = LETTERS.run(now)
    due = ImprovementLetter.objects.waiting().exclude(pk__in=run.resting).order_by("pk")
    claimed = list(due.select_for_update().values_list("pk", flat=True)[:BATCH])
    worked = run.each_alone(claimed, lambda keys: _write(keys, now), due=due)
    return worked if claimed else None


def _write(keys: Sequence[int], now: datetime) -> int:
    rows = ImprovementLetter.objects.filter(pk__in=keys).select_related(
        "improvement", "response__contact__merged_into", "response__survey__brand", "response__invitation"
    )
    by_improvement: dict[Improvement, list[ImprovementLetter]] = {}
    for row in rows.order_by("pk"):
        by_improvement.setdefault(row.improvement, []).append(row)
    for improvement, wanted in by_improvement.items():
        _write_of(improvement, wanted, now)
    return len(keys)


def _write_of(improvement: Improvement, wanted: Sequence[ImprovementLetter], now: datetime) -> None:
    rows = {row.response_id: row for row in wanted}
    customers = audience.judged(improvement, [row.response for row in wanted], now)
    told = [each for each in customers if not each.fault and improvement.is_done]
    earlier = letters.earlier_ones(improvement) if told else {}
    sent = delivery.queue([letters.draft(improvement, each, earlier) for each in told])
    for each, message in zip(told, sent, strict=True):
        row = rows.pop(each.response.pk)
        row.state, row.written_at, row.message = State.WRITTEN, now, message
    faults = {each.response.pk: each.fault for each in customers}
    for pk, row in rows.items():
        row.state, row.reason = State.LEFT, faults.get(pk, "") or "merged"
    ImprovementLetter.objects.bulk_update(wanted, ["state", "reason", "written_at", "message"])
