"""What is overdue is looked for, since no deed makes it so; of each moment that passes people are told once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.batches import Worked
from accounts.setaside import Batch
from followups.models import Followup, StaffNotice
from followups.notices.happening import Happening
from followups.notices.verbs import tell_all

OVERDUE = Batch("overdue", _("telling of overdue follow-ups"), task="followups.tell_overdue", model=Followup)
BATCH = 200
# What became overdue longer ago, before a restore or an upgrade, is seen in the inbox.
FRESH = timedelta(days=7)


def tell_due(now: datetime) -> int:
    """Tell of every follow-up that is overdue and not told yet, and return how many those were.

    A batch is claimed, told and marked in one transaction, with rows that other workers hold passed over.
    """
    total = 0
    while told := _tell_batch(now):
        total += sum(told.results)
    return total


@transaction.atomic
def _tell_batch(now: datetime) -> Worked[int, int] | None:
    run = OVERDUE.run(now)
    due = Followup.objects.overdue(now).late_untold(now).late_since(now - FRESH).exclude(pk__in=run.resting)
    claimed = list(due.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    worked = run.each_alone(claimed, lambda keys: _tell(keys, now), due=due)
    return worked if claimed else None


def _tell(keys: Sequence[int], now: datetime) -> int:
    late = Followup.objects.filter(pk__in=keys).select_related("response")
    tell_all([Happening(StaffNotice.Kind.OVERDUE, followup, _passed(followup).isoformat()) for followup in late])
    return Followup.objects.filter(pk__in=keys).update(late_told_at=now)


def _passed(followup: Followup) -> date:
    """Return the moment that passed, or the day on which somebody was to look again."""
    return followup.look_again_on or timezone.localtime(followup.next_due_at)
