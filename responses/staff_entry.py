"""An answer that a member of staff writes down because the customer told it otherwise than by the link.

It has an entry and an origin of its own, so that it enters no response rate and everybody sees whose gesture it was.
"""

from datetime import datetime

from django.db import transaction

from accounts import clock
from responses.models import Entry, Response
from surveys.models import AskedFacts, Invitation, Origin


class AlreadyAnswered(Exception):
    """The customer answered by the link: that answer stands."""


@transaction.atomic
def write_down(*, invitation_id: int, score: int, said_at: datetime) -> Response:
    """Record a score (on the metric's scale) that the customer told us, with the facts of the ask; no reminder follows.

    Raises AlreadyAnswered where the ask has an answer, and ValueError for a score off the scale.
    """
    invitation = Invitation.objects.select_for_update(no_key=True).get(pk=invitation_id)
    if Response.objects.filter(invitation=invitation).exists():
        raise AlreadyAnswered(invitation_id)
    if score not in invitation.scale.scores:
        raise ValueError(f"{score} is not on the scale of {invitation.metric}.")
    response = Response(
        entry=_entry(),
        survey_id=invitation.survey_id,
        version_id=invitation.version_id,
        contact_id=invitation.contact_id,
        language=invitation.language,
        score=score,
        answered_at=said_at,
        finished_at=clock.now(),
    )
    response.copy_facts(invitation)
    for column in AskedFacts.ASKED:
        setattr(response, column, getattr(invitation, column))
    response.origin = Origin.STAFF
    response.save(force_insert=True)
    Invitation.objects.filter(pk=invitation.pk).update(remind_at=None, reminders_left=0)
    return response


def _entry() -> Entry:
    of_staff = {"kind": Entry.Kind.STAFF_FORM, "origin": Origin.STAFF}
    return Entry.objects.filter(**of_staff).order_by("pk").first() or Entry.objects.create(**of_staff)
