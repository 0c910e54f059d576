import time


class Pace:
    """At most `per_second` messages a second over `seats` connections, of which this is one; 0 sets no limit."""

    def __init__(self, per_second: float, seats: int) -> None:
        self.per_second = per_second / seats
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
