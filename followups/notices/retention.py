from datetime import datetime, timedelta

from followups.models import StaffNotice

KEPT = timedelta(days=90)


def forget_old(now: datetime) -> int:
    """Delete notices that are of no use any more, read or not, and return how many; the follow-ups tell the story."""
    return StaffNotice.objects.filter(at__lt=now - KEPT, mail_due_at__isnull=True).delete()[0]
