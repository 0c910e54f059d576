"""When the reminders of an invitation are wanted: pure arithmetic over days after the letter went out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from surveys.models import Invitation

ONE_DAY = timedelta(days=1)


def days_of(invitation: Invitation) -> list[int]:
    """Return after how many days each reminder still owed is wanted, in order."""
    days = sorted(invitation.asker.reminder_days) if invitation.asker else []
    return days[-invitation.reminders_left :] if invitation.reminders_left else []


def due_at(invitation: Invitation) -> datetime | None:
    """Return when the next reminder of an invitation that was asked is wanted, or None when none is owed."""
    days, asked_at = days_of(invitation), invitation.sent_at or invitation.queued_at
    return asked_at + days[0] * ONE_DAY if days and asked_at else None


def following(days: Sequence[int], *, due: datetime, sent: datetime) -> datetime | None:
    """Return when the reminder after the first of `days` is wanted; None after the last.

    `due` is when the first was wanted and `sent` when it went out: a late one does not
    bring the next one too close behind it.
    """
    return max(due, sent) + max(days[1] - days[0], 1) * ONE_DAY if len(days) > 1 else None
