"""What a customer says to the question whether it is solved, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from followups import notices
from followups.models import Activity, ClosingLetter, Followup
from followups.models.deed import Change
from responses.evidence.assessment import Assessment


@dataclass(frozen=True)
class SaidOfClosing:
    """One submission of the page: what was said, and whose it is taken for; `source`: network and browser family."""

    solved: bool
    comment: str
    source: str
    assessment: Assessment

    @property
    def answer(self) -> str:
        return ClosingLetter.Answer.YES if self.solved else ClosingLetter.Answer.NO


@transaction.atomic
def take(letter: ClosingLetter, said: SaidOfClosing, *, now: datetime) -> bool:
    """Record an answer and do what it asks for; return whether it counts. The same again changes nothing.

    A no opens the follow-up again, once, and tells whoever works it and their lead. What looks like a machine's is
    noted and does nothing; it never replaces what a person said.
    """
    followup = Followup.objects.get(pk=letter.followup_id)
    followup.lock_row()
    letter.refresh_from_db(from_queryset=ClosingLetter.objects.select_for_update())
    if said.assessment.is_held and letter.is_answered:
        return False
    before = (letter.answer, letter.is_held, letter.comment)
    if before == (said.answer, said.assessment.is_held, said.comment):
        return not letter.is_held
    _keep(letter, said, now)
    change: Change = {"closing": letter.pk, "solved": said.solved, "held": letter.is_held}
    activity = followup.record(Activity.Kind.ANSWERED, by=None, change=change)
    if letter.is_held:
        return False
    if not said.solved:
        _reopen(letter, followup, activity, now)
    return True


def _keep(letter: ClosingLetter, said: SaidOfClosing, now: datetime) -> None:
    letter.answer, letter.comment, letter.answered_at = said.answer, said.comment, now
    letter.verdict, letter.evidence = said.assessment.label, list(said.assessment.reasons)
    letter.source, letter.is_held = said.source, said.assessment.is_held
    letter.save(
        update_fields=["answer", "comment", "answered_at", "verdict", "evidence", "source", "is_held"],
    )


def _reopen(letter: ClosingLetter, followup: Followup, activity: Activity, now: datetime) -> None:
    """Open the work again unless a no did that before, and tell of the no in any case, once."""
    was_reopened = followup.closing_letters.filter(reopened_at__isnull=False).exists()
    if not was_reopened and followup.reopen(by=None):
        letter.reopened_at = now
        letter.save(update_fields=["reopened_at"])
    occasion = f"closing-{letter.pk}"
    notices.tell(notices.Kind.CUSTOMER_REPLIED, followup, occasion=occasion, activity=activity)
    lead = followup.team.lead_id if followup.team else None
    if lead is not None and followup.assignee_id not in (None, lead):
        notices.tell(notices.Kind.ESCALATION, followup, occasion=occasion, activity=activity)
