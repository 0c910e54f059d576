"""What a customer says to the question whether it is solved: kept at once, weighed by the evidence of the survey."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.nudges import nudge
from followups.models import Activity, ClosingLetter, Followup, KnownMachine
from followups.models.deed import Change
from responses.evidence.assessment import Assessment, Label

SETTLE = "followups.settle_closing_answers"
# Why an answer is held back whose source gave itself away at the hidden link after it, or at the same moment.
LATE = "late"


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
    """Keep an answer and return whether it counts. What it asks for is done once it is settled.

    The same again changes nothing, unless it confirms what was in doubt. What looks like a machine's is noted and does
    nothing; it never replaces what a person said.
    """
    followup = _lock(letter)
    if said.assessment.is_held and letter.is_answered:
        return False
    before = (letter.answer, letter.is_held, letter.comment)
    if before == (said.answer, said.assessment.is_held, said.comment):
        _confirm(letter, said.assessment, said.source)
        return not letter.is_held
    _keep(letter, said, now)
    if letter.is_held:
        note(letter, followup)
        return False
    nudge(SETTLE)
    return True


@transaction.atomic
def know_machine(letter: ClosingLetter, source: str, seen: Assessment, *, now: datetime) -> None:
    """Remember that a source gave itself away, and hold back what it answered shortly before."""
    _lock(letter)
    KnownMachine.objects.remember(letter, source, seen, now)
    hold_late([letter.pk])


def hold_late(letter_ids: Collection[int]) -> None:
    """Hold back the answers to these letters that turn out to be a machine's; their rows and follow-ups are locked.

    One that was settled before does not count any more; what it led to stays, and its page says what was seen. That it
    opened the work again is not held against a person who says no later.
    """
    machines = KnownMachine.objects.of_answers(ClosingLetter.objects.said().filter(pk__in=letter_ids))
    late = ClosingLetter.objects.filter(pk__in=machines.values("letter")).select_related("followup")
    for letter in late:
        letter.is_held, letter.evidence, letter.reopened_at = True, [*letter.evidence, LATE], None
        letter.save(update_fields=["is_held", "evidence", "reopened_at"])
        if letter.settled_at is None:
            note(letter, letter.followup)


def note(letter: ClosingLetter, followup: Followup) -> Activity:
    """Write into the history what was said, or that it looks like a machine's."""
    solved = letter.answer == ClosingLetter.Answer.YES
    change: Change = {"closing": letter.pk, "solved": solved, "held": letter.is_held}
    return followup.record(Activity.Kind.ANSWERED, by=None, change=change)


def _lock(letter: ClosingLetter) -> Followup:
    """Lock the follow-up and then the letter, in the order of everybody who needs both; return the first."""
    followup = Followup.objects.get(pk=letter.followup_id)
    followup.lock_row()
    letter.refresh_from_db(from_queryset=ClosingLetter.objects.select_for_update())
    return followup


def _confirm(letter: ClosingLetter, seen: Assessment, source: str) -> None:
    """Take an answer for a person's from now on, where one was seen who says the same; it has acted or does at once."""
    if seen.label is not Label.HUMAN or letter.is_of_a_person:
        return
    letter.verdict, letter.evidence, letter.source = seen.label, list(seen.reasons), source
    letter.save(update_fields=["verdict", "evidence", "source"])
    if letter.settled_at is None:
        nudge(SETTLE)


def _keep(letter: ClosingLetter, said: SaidOfClosing, now: datetime) -> None:
    letter.answer, letter.comment, letter.answered_at = said.answer, said.comment, now
    letter.verdict, letter.evidence = said.assessment.label, list(said.assessment.reasons)
    letter.source, letter.is_held, letter.settled_at = said.source, said.assessment.is_held, None
    letter.save(
        update_fields=["answer", "comment", "answered_at", "verdict", "evidence", "source", "is_held", "settled_at"],
    )
