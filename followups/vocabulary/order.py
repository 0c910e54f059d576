"""The order of what administrators name: one moves up or down among its neighbours."""

from typing import TypeAlias

from django.db import transaction
from django.db.models import Max

from followups.models import RootCause, WorkState

Ordered: TypeAlias = RootCause | WorkState


@transaction.atomic
def move(row: Ordered, *, down: bool) -> bool:
    """Swap a row with the next one, or the one before; return False where there is none.

    Whoever moves another one of them at the same time waits.
    """
    # Locked in the order of their keys, whatever order they stand in, so that two never wait for each other.
    rows = sorted(row.siblings().select_for_update().order_by("pk"), key=lambda one: (one.position, one.pk))
    place = next((number for number, one in enumerate(rows) if one.pk == row.pk), None)
    other = None if place is None else place + (1 if down else -1)
    if place is None or other is None or not 0 <= other < len(rows):
        return False
    rows[place], rows[other] = rows[other], rows[place]
    for position, one in enumerate(rows):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    return True


def last_position(row: Ordered) -> int:
    """Return the position behind all its neighbours."""
    last = row.siblings().exclude(pk=row.pk).aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1
