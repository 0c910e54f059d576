"""Tell a worker that there is something to do, after commit and at no risk to whoever says so."""

import os
import time
from functools import cache, partial

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.pools import ProducerPool

log = structlog.get_logger(__name__)

# After a refused nudge the broker is left alone for a while, so that a dead one does not slow every request down.
QUIET_SECONDS = 5.0
# Celery's own connections try again for seconds; a request cannot wait that long.
ONE_TRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "socket_connect_timeout": 0.5}

CONNECTIONS = 10

_quiet_until = 0.0


def nudge(task_name: str) -> None:
    """Ask for one run of `task_name` once the transaction is committed (at once outside of one).

    Never raises and never waits for a broker that is down: the work itself is in PostgreSQL and beat repeats the task.
    """
    transaction.on_commit(partial(_publish, task_name), robust=True)


def _publish(task_name: str) -> None:
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        with _producers().acquire(block=True, timeout=1) as producer:
            current_app.send_task(task_name, producer=producer, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 whatever the broker's driver raises, the work is not lost
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("nudge not delivered", task=task_name, error=str(error))


@cache
def _producers() -> ProducerPool:
    """Return the connections of this process."""
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **ONE_TRY}
    connection = current_app.connection_for_write(transport_options=options)
    return ProducerPool(connection.Pool(limit=CONNECTIONS), limit=CONNECTIONS)


# A forked process must not share its parent's connections.
os.register_at_fork(after_in_child=_producers.cache_clear)
