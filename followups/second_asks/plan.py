"""Who is asked again after their follow-up was resolved, planned for the same judge as every ask."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.batches import Worked
from accounts.nudges import nudge
from accounts.setaside import Batch
from followups.models import ClosingLetter, Followup, SecondAsk
from responses.models import Response
from surveys.metrics import SCALES, Tier
from surveys.models import Hold, Invitation
from surveys.planning import again

BATCH = 200
# What was resolved so long before its day that nobody remembers is left alone, such as when this is switched on.
LATE = timedelta(days=14)
PLANNING = Batch("second asks", _("asking again after recovery"), task="followups.plan_second_asks", model=Followup)
NOT_GOOD = [scale.categories[tier].value for scale in SCALES.values() for tier in (Tier.BAD, Tier.MIDDLE)]


def plan_due(now: datetime, *, batch: int = BATCH) -> int:
    """Plan the asks that are due, each once, and return how many; what was opened again meanwhile is taken back.

    Each batch is claimed and planned in one transaction, with follow-ups that others hold passed over; one that fails
    is set aside and holds up no other.
    """
    take_back(now)
    total = 0
    while planned := _plan_batch(now, batch):
        total += sum(planned.results)
    if total:
        nudge("surveys.judge_invitations")
    return total


def due(now: datetime) -> QuerySet[Followup]:
    """Return the resolved follow-ups of all but good answers whose customers are to be asked again by now.

    Not those who said that it is not solved, who said no to letters, who have open work, or who answered since.
    """
    days = Cast("playbook__ask_again_days", FloatField()) * Value(timedelta(days=1), DurationField())
    day = ExpressionWrapper(F("closed_at") + ExpressionWrapper(days, DurationField()), DateTimeField())
    last = ClosingLetter.objects.said().filter(followup=OuterRef("pk")).order_by("-answered_at", "-pk")
    held = Hold.objects.standing().filter(contact=OuterRef("response__contact"))
    since = Response.objects.counted().filter(
        contact=OuterRef("response__contact"),
        metric=OuterRef("response__metric"),
        answered_at__gt=OuterRef("closed_at"),
    )
    chosen = Followup.objects.annotate(day=day).filter(
        status=Followup.Status.RESOLVED,
        playbook__ask_again_days__isnull=False,
        response__category__in=NOT_GOOD,
        response__contact__isnull=False,
        response__contact__do_not_contact_at__isnull=True,
        second_ask__isnull=True,
        day__lte=now,
        day__gt=now - LATE,
    )
    said = chosen.annotate(last_said=Subquery(last.values("answer")[:1]))
    is_solved = Q(last_said__isnull=True) | Q(last_said=ClosingLetter.Answer.YES)
    return said.filter(is_solved).exclude(Exists(held)).exclude(Exists(since))


@transaction.atomic
def _plan_batch(now: datetime, batch: int) -> Worked[int, int] | None:
    """Plan one batch, or return None when nothing is due."""
    run = PLANNING.run(now)
    waiting = due(now).exclude(pk__in=run.resting).order_by("closed_at", "pk")
    claimed = list(waiting.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:batch])
    worked = run.each_alone(claimed, partial(_plan, now=now), due=waiting)
    return worked if claimed else None


def _plan(ids: Sequence[int], *, now: datetime) -> int:
    known = ("response__survey__brand", "response__contact__merged_into", "playbook")
    planned = 0
    # Looked at once more under their locks: another planner may have been here meanwhile.
    unasked = Followup.objects.filter(pk__in=ids, second_ask__isnull=True)
    for followup in unasked.select_related(*known).order_by("pk"):
        answer, days = followup.response, followup.playbook.ask_again_days if followup.playbook else None
        if answer is None or answer.contact is None or days is None:
            continue
        invitation = again.ask(answer.survey, answer, contact=answer.contact.survivor, rest_days=days, now=now)
        SecondAsk.objects.create(followup=followup, invitation=invitation, planned_at=now)
        planned += 1
    return planned


@transaction.atomic
def take_back(now: datetime) -> int:
    """Give up the asks that are still planned while their follow-up was opened again, and return how many.

    Once it is resolved again, the days run anew.
    """
    planned = SecondAsk.objects.filter(invitation__status=Invitation.Status.PLANNED)
    stale = planned.exclude(followup__status=Followup.Status.RESOLVED)
    rows = list(stale.select_for_update(of=("self",), skip_locked=True).values_list("pk", "invitation"))
    taken = again.call_off([invitation for _pk, invitation in rows], now=now)
    SecondAsk.objects.filter(pk__in=[pk for pk, invitation in rows if invitation in taken]).delete()
    return len(taken)
