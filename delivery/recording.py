"""Record what was handed over, while the next letter is being offered."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog
from django.db import InterfaceError, OperationalError, connection

log = structlog.get_logger(__name__)

# Seconds between attempts to record what has been handed over, while the database is away.
PATIENCE = (0.1, 0.2, 0.5, 1, 2, 5, 10, 10, 20)


class Recorder:
    """Records one outcome at a time, in a thread and a database session of its own.

    Settle before the next letter is given: then a kill at any instant leaves at most one letter unrecorded. Inside a
    transaction nobody else sees the claims, so there everything is recorded on the spot.
    """

    def __init__(self) -> None:
        self._thread = None if connection.in_atomic_block else ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._pending: Future[None] | None = None

    def put(self, record: Callable[[], None]) -> None:
        self.settle()
        if self._thread is None:
            insist(record)
        else:
            self._pending = self._thread.submit(insist, record)

    def settle(self) -> None:
        """Wait until everything is recorded."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()

    def close(self) -> None:
        try:
            self.settle()
        finally:
            if self._thread is not None:
                self._thread.submit(_close_session)
                self._thread.shutdown()


def _close_session() -> None:
    """Close the connection of the thread this runs in."""
    connection.close()


def insist(record: Callable[[], None]) -> None:
    """Record what has happened even if the database restarts just now: forgetting it would repeat a message."""
    for pause in PATIENCE:
        try:
            return record()
        except (OperationalError, InterfaceError):
            log.warning("the database is away; recording again soon", pause=pause)
            connection.close()
            time.sleep(pause)
    return record()
