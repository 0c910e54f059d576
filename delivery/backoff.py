"""When a message is tried again after a temporary error."""

from datetime import timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=2)
# One minute, doubled up to two hours: these attempts span at least three and a half days.
MOST_ATTEMPTS = 50


def delay_after(attempts: int, *, jitter: float) -> timedelta | None:
    """Return how long to wait after the `attempts`-th try (from 1) failed, or None when it was the last one.

    `jitter` (0–1) stretches the delay by up to a half, so that what failed together does not return together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    doubled: timedelta = FIRST * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST) * (1 + jitter / 2)
