"""Writing to a customer what was done about their answer."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts import clock
from accounts.models import User
from delivery import services as delivery
from followups.closing import letters
from followups.letters import limits
from followups.models import Activity, ClosingLetter, Followup
from followups.models.deed import Change


class CannotWrite(Exception):
    """The follow-up is not resolved, or its customer cannot or must not be written to."""


class WrittenAlready(Exception):
    """The customer was told what was done since it was resolved."""


def may_write(followup: Followup) -> bool:
    """Say whether nobody has told the customer since the follow-up was resolved the last time."""
    return followup.is_resolved and not _since_resolved(followup).exists()


@transaction.atomic
def write(*, followup: Followup, subject: str, words: str, key: UUID, by: User) -> ClosingLetter:
    """Queue the letter that says what was done and asks whether it is solved; the same `key` again writes no more.

    The letter, its row in the outbox and the line in the history are one transaction. Raises CannotWrite,
    WrittenAlready, and TooManyReplies where one more letter would be a flood.
    """
    followup.lock_row()
    if row := ClosingLetter.objects.filter(key=key, followup=followup).first():
        return row
    way = letters.way_to(followup)
    if not way:
        raise CannotWrite(followup.pk)
    if not may_write(followup):
        raise WrittenAlready(followup.pk)
    now = clock.now()
    limits.refuse_too_many(followup, by=by, now=now)
    row = ClosingLetter.objects.create(
        key=key,
        followup=followup,
        subject=subject,
        words=words,
        language=followup.about.language,
        written_by=by,
        written_at=now,
        expires_at=now + ClosingLetter.OPEN_FOR,
    )
    row.seal()
    message = delivery.queue([letters.draft(row, to=way.address)])[0]
    change: Change = {"message": message.pk, "closing": row.pk}
    followup.record(Activity.Kind.EMAIL, by=by, text=f"{subject}\n\n{words}", change=change)
    return row


def _since_resolved(followup: Followup) -> QuerySet[ClosingLetter]:
    return followup.closing_letters.filter(written_at__gte=followup.closed_at)
