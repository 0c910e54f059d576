"""What the answer to a closing letter leads to, once it is settled: the survey's rule for answers.

Where a person was seen, sending it settles it. Any other waits DOUBTED_WAIT for evidence that comes late, and is held
back where its source turns out to be a machine.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.setaside import Batch
from followups import notices
from followups.closing import answers
from followups.models import Activity, ClosingLetter, Followup
from responses.models import LinkVisit
from responses.services import DOUBTED_WAIT

SETTLING = Batch("closing answers", _("settling answers to closing letters"), task=answers.SETTLE, model=ClosingLetter)
BATCH = 200


@transaction.atomic
def settle_due(now: datetime) -> int:
    """Do what the answers that stand still ask for, each once, and return how many.

    They are claimed with their follow-ups, settled and marked in one transaction, with rows that others hold passed
    over: a killed worker leaves nothing half done. One that fails is set aside and stops no other.
    """
    run = SETTLING.run(now)
    calm = Q(verdict=LinkVisit.Verdict.HUMAN) | Q(answered_at__lte=now - DOUBTED_WAIT)
    due = ClosingLetter.objects.unsettled().filter(calm).exclude(pk__in=run.resting).order_by("answered_at", "pk")
    locked = due.select_related("followup").select_for_update(skip_locked=True, of=("self", "followup"))
    claimed = [letter.pk for letter in locked[:BATCH]]
    return sum(run.each_alone(claimed, partial(_settle, now=now)).results)


def _settle(letter_ids: Sequence[int], *, now: datetime) -> int:
    answers.hold_late(letter_ids)
    known = ("followup__team", "followup__assignee", "followup__response", "followup__invitation")
    rows = ClosingLetter.objects.unsettled().filter(pk__in=letter_ids).select_related(*known)
    letters = list(rows.order_by("answered_at", "pk"))
    for letter in letters:
        _act_on(letter, now)
    return len(letters)


def _act_on(letter: ClosingLetter, now: datetime) -> None:
    """Write down what was said. A no opens the work again, once, and tells whoever works it and their lead; either
    answer ends the waiting for one."""
    activity, followup = answers.note(letter, letter.followup), letter.followup
    if letter.answer == ClosingLetter.Answer.NO:
        _reopen(letter, now)
        if followup.is_waiting:
            followup.start(by=None)
        _tell(followup, activity)
    else:
        _hear(followup, activity)
    letter.settled_at = now
    letter.save(update_fields=["settled_at", "reopened_at"])


def _reopen(letter: ClosingLetter, now: datetime) -> None:
    followup = letter.followup
    was_reopened = followup.closing_letters.filter(reopened_at__isnull=False).exists()
    if not was_reopened and followup.reopen(by=None):
        letter.reopened_at = now


def _hear(followup: Followup, activity: Activity) -> None:
    """Go on with work that waits for the customer's answer, and say so: a yes asks nothing of anybody else."""
    if followup.hear_customer():
        notices.tell(notices.Kind.CUSTOMER_REPLIED, followup, occasion=_occasion(activity), activity=activity)


def _tell(followup: Followup, activity: Activity) -> None:
    """Tell of each no: what was said before, the work may have been closed upon."""
    occasion = _occasion(activity)
    notices.tell(notices.Kind.CUSTOMER_REPLIED, followup, occasion=occasion, activity=activity)
    lead = followup.team.lead_id if followup.team else None
    if lead is not None and followup.assignee_id not in (None, lead):
        notices.tell(notices.Kind.ESCALATION, followup, occasion=occasion, activity=activity)


def _occasion(activity: Activity) -> str:
    return f"closing-{activity.pk}"
