"""What came in from chats and phones as it came: forgotten long after it was taken up. What it became stays."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts import clock
from delivery.models import ChatEvent, IncomingText

# Longer than words answer what we wrote, and than anybody tells us the same again.
KEPT = timedelta(days=90)
AT_ONCE = 5000


def forget_old(*, now: datetime | None = None) -> int:
    """Delete what was taken up more than KEPT ago, and return how many rows those were."""
    before = (now or clock.now()) - KEPT
    return sum(sum(_deleted(model.objects.filter(taken_at__lt=before))) for model in (ChatEvent, IncomingText))


def _deleted(rows: QuerySet[Any]) -> Iterator[int]:
    """Delete rows a few at a time, so that nobody waits for long."""
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield rows.model.objects.filter(pk__in=ids).delete()[0]
