"""Staff say whose answer it is when the evidence could not tell, or was wrong."""

from datetime import datetime

from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.nudges import nudge
from responses.models import LinkVisit, Relabelling, Response
from surveys.models import Invitation

HUMAN, MACHINE = LinkVisit.Verdict.HUMAN, LinkVisit.Verdict.MACHINE


@transaction.atomic
def relabel(
    *, response_id: int, as_human: bool, by: User, reason: str, now: datetime | None = None
) -> Relabelling | None:
    """Label an answer as a person's, so that it counts and is worked on, or as a machine's, so that it does not.

    Returns the record of who said so, when and why; None when it had that label already. A follow-up that
    the answer led to stays: whether it is still needed is for its assignee to say.
    """
    now = now or clock.now()
    response = Response.objects.select_for_update().get(pk=response_id)
    before, after = response.label, HUMAN if as_human else MACHINE
    if before == after:
        return None
    said = Relabelling.objects.create(
        response=response, by=by, at=now, reason=reason, before=before, after=after, suspicion=response.suspicion
    )
    response.is_provisional = not as_human
    response.changed_at = now
    if as_human:
        response.suspicion = []
        response.finished_at = response.finished_at or now
        nudge("responses.settle_responses")
    else:
        response.suspicion = [*response.suspicion, "staff"]
        response.settled_at = response.settled_at if response.routed_at else None
    response.save(update_fields=["is_provisional", "changed_at", "suspicion", "finished_at", "settled_at"])
    _tell_invitation(response)
    return said


def _tell_invitation(response: Response) -> None:
    """Count the invitation as answered only by a person: the response rate and the reminders depend on it."""
    if response.invitation_id is None:
        return
    invitation = Invitation.objects.select_for_update().get(pk=response.invitation_id)
    if response.is_provisional:
        invitation.take_answer_back()
    else:
        invitation.mark_answered(at=response.answered_at)
