"""How many workers may send by one medium at once.

A seat is a row and no lock of the session: behind a pooler that changes sessions between transactions such a lock
would be left with a stranger. What a killed worker held is free after SECONDS.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

SECONDS = 30
# A seat is prolonged when this much of its time has passed. One very slow message may outlast it: for the rest of that
# message there is a connection too many, no more.
KEEP_AFTER = 10

TAKE = """
    INSERT INTO delivery_seat AS seat (medium, number, holder, until)
    VALUES (%(medium)s, %(number)s, %(holder)s, clock_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (medium, number) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
    WHERE seat.until <= clock_timestamp()
"""
KEEP = """
    UPDATE delivery_seat SET until = clock_timestamp() + make_interval(secs => %(seconds)s)
    WHERE medium = %(medium)s AND number = %(number)s AND holder = %(holder)s
"""
LEAVE = "DELETE FROM delivery_seat WHERE medium = %(medium)s AND number = %(number)s AND holder = %(holder)s"


class HeldSeat:
    """A seat that this worker has taken; `number` counts from 0."""

    def __init__(self, medium: str, number: int) -> None:
        self._what: dict[str, Any] = {"medium": medium, "number": number, "holder": uuid.uuid4(), "seconds": SECONDS}
        self._keep_at = time.monotonic() + KEEP_AFTER

    def take(self) -> bool:
        return self._changes(TAKE)

    def keep(self) -> bool:
        """Prolong it when it is time to; False when somebody else sits there, because this worker was too slow."""
        if time.monotonic() < self._keep_at:
            return True
        self._keep_at = time.monotonic() + KEEP_AFTER
        return self._changes(KEEP)

    def leave(self) -> None:
        self._changes(LEAVE)

    def _changes(self, statement: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, self._what)
            changed: int = cursor.rowcount
        return changed == 1


@contextmanager
def seat(medium: str, seats: int) -> Iterator[HeldSeat | None]:
    """Hold one of the `seats` of a medium while sending, or give None when all are taken."""
    places = (HeldSeat(medium, number) for number in range(seats))
    held = next((place for place in places if place.take()), None)
    try:
        yield held
    finally:
        if held:
            held.leave()
