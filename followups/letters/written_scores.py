"""A score in a letter: it counts when a member of staff has written it down, never by itself."""

from django.db import transaction

from accounts.models import User
from followups.models import CustomerLetter
from responses import staff_entry
from responses.models import Response
from responses.staff_entry import AlreadyAnswered

__all__ = ["AlreadyAnswered", "NothingToWriteDown", "write_down"]


class NothingToWriteDown(Exception):
    """The letter answers no ask, or somebody has seen to it before."""


@transaction.atomic
def write_down(letter: CustomerLetter, *, score: int, by: User) -> Response:
    """Take a score that somebody read in a letter for the customer's answer, once.

    Raises NothingToWriteDown, AlreadyAnswered, or ValueError for a score off the scale.
    The open follow-up that the letter made goes on as that of the answer.
    """
    letter = (
        CustomerLetter.objects.select_for_update(of=("self",)).select_related("letter", "followup").get(pk=letter.pk)
    )
    if letter.seen_at is not None or letter.invitation_id is None:
        raise NothingToWriteDown(letter.pk)
    response = staff_entry.write_down(
        invitation_id=letter.invitation_id, score=score, said_at=letter.letter.arrived_at, by=by
    )
    letter.see_to(by=by)
    work = letter.followup
    if work and work.is_open and work.invitation_id == letter.invitation_id:
        work.take_answer(response)
    return response
