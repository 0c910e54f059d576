"""Tell a worker that there is something to do, after commit and at no risk to whoever says so.

A nudge that waits in the broker already covers everything committed until its task starts, so a second one of the
same name and arguments is not sent: a burst of deals makes one run, not thousands.
"""

import os
import time
from collections.abc import Mapping
from functools import cache, partial

import structlog
from celery import Task, current_app
from celery.signals import task_prerun
from django.conf import settings
from django.core.cache import cache as shared
from django.db import transaction
from kombu.pools import ProducerPool

log = structlog.get_logger(__name__)

# After a refused nudge the broker is left alone for a while, so that a dead one does not slow every request down.
QUIET_SECONDS = 5.0
# Celery's own connections try again for seconds; a request cannot wait that long.
ONE_TRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "socket_connect_timeout": 0.5}

CONNECTIONS = 10
# How long a nudge that got lost with its broker may keep others from being sent.
WAITING_SECONDS = 10
# A nudge that no worker took by then is dropped: beat has repeated it since.
EXPIRES_SECONDS = 60

# How long news that can wait does not nudge again.
SELDOM_SECONDS = 1.0

_quiet_until = 0.0
# When this process last nudged by `nudge_seldom`.
_nudged_at: dict[str, float] = {}


def nudge(task_name: str, **arguments: str) -> None:
    """Ask for one run of `task_name` with `arguments` once the transaction is committed (at once outside of one).

    Never raises and never waits for a broker that is down: the work itself is in PostgreSQL and beat repeats the task.
    """
    transaction.on_commit(partial(_publish, task_name, arguments), robust=True)


def nudge_seldom(task_name: str) -> None:
    """Do the same, but once in SELDOM_SECONDS from this process, for news that nobody waits for and that comes in
    thousands: beat finds what came in between."""
    now = time.monotonic()
    if now - _nudged_at.get(task_name, float("-inf")) >= SELDOM_SECONDS:
        _nudged_at[task_name] = now
        nudge(task_name)


def _publish(task_name: str, arguments: Mapping[str, str]) -> None:
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        if not shared.add(_waiting(task_name, arguments), 1, WAITING_SECONDS):
            return
        with _producers().acquire(block=True, timeout=1) as producer:
            current_app.send_task(
                task_name,
                kwargs=dict(arguments),
                producer=producer,
                retry=False,
                ignore_result=True,
                expires=EXPIRES_SECONDS,
            )
    except Exception as error:  # noqa: BLE001 whatever the broker's driver raises, the work is not lost
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("nudge not delivered", task=task_name, error=str(error))


@task_prerun.connect
def _started(sender: Task[..., object], kwargs: Mapping[str, str] | None = None, **_details: object) -> None:
    """Let the next nudge through: what is committed from now on, this run may not see."""
    try:
        shared.delete(_waiting(sender.name, kwargs or {}))
    except Exception as error:  # noqa: BLE001 the mark ends by itself
        log.warning("nudge not unmarked", task=sender.name, error=str(error))


def _waiting(task_name: str, arguments: Mapping[str, str]) -> str:
    return "-".join(["nudge", task_name, *(f"{name}={value}" for name, value in sorted(arguments.items()))])


@cache
def _producers() -> ProducerPool:
    """Return the connections of this process."""
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **ONE_TRY}
    connection = current_app.connection_for_write(transport_options=options)
    return ProducerPool(connection.Pool(limit=CONNECTIONS), limit=CONNECTIONS)


# A forked process must not share its parent's connections.
os.register_at_fork(after_in_child=_producers.cache_clear)
