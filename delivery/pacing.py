"""How many connections a medium may have at once, and how fast each may go."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# The first number of our advisory locks; the second is the seat.
EMAIL_SEATS = 0x506C756D


@contextmanager
def seat() -> Iterator[bool]:
    """Hold one of the EMAIL_CONNECTIONS seats while sending, or give False when all are taken.

    The seats are advisory locks of the database session: a killed worker gives up its own at once.
    """
    taken = next((number for number in range(settings.EMAIL_CONNECTIONS) if _locked("try_advisory_lock", number)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None and connection.connection is not None:
            _locked("advisory_unlock", taken)


def _locked(function: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{function}(%s, %s)", [EMAIL_SEATS, number])
        row: tuple[bool] = cursor.fetchone()
    return row[0]


class Pace:
    """At most EMAIL_PER_SECOND messages a second over all connections; 0 sets no limit."""

    def __init__(self) -> None:
        self.per_second: float = settings.EMAIL_PER_SECOND / settings.EMAIL_CONNECTIONS
        self._next = time.monotonic()

    def at_most(self, limit: int, seconds: float) -> int:
        """Return how many of `limit` messages can go within half of so many seconds, at least one."""
        return max(1, min(limit, int(self.per_second * seconds / 2))) if self.per_second else limit

    def wait(self) -> None:
        """Sleep until the next message may go."""
        if not self.per_second:
            return
        pause = self._next - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._next = max(self._next, time.monotonic() - 1 / self.per_second) + 1 / self.per_second
