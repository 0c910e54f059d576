"""Whether beat and workers are alive.

Beat asks for a pulse every few seconds and a worker writes it down, so a young one speaks for both. Only when it is old
are the workers asked themselves, which takes a moment: one that answers means that beat is silent.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from celery import current_app
from django.conf import settings

from accounts.nudges import ONE_TRY
from onboarding.models import Pulse

# Beat asks every twenty seconds; a worker may be at something long.
OLD_AFTER = timedelta(minutes=3)
ANSWER_WITHIN_SECONDS = 0.7


class Machinery(StrEnum):
    ALIVE = "alive"
    BEAT_SILENT = "beat_silent"
    NO_WORKER = "no_worker"
    BROKER_AWAY = "broker_away"


def look() -> Machinery:
    """Say which of beat, workers and broker is missing, if any."""
    return Machinery.ALIVE if Pulse.is_younger_than(OLD_AFTER) else _ask_workers()


def last_seen() -> datetime | None:
    """Return when beat and a worker were last seen together; None when they never were."""
    return Pulse.objects.values_list("at", flat=True).first()


def _ask_workers() -> Machinery:
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **ONE_TRY}
    try:
        with current_app.connection_for_write(transport_options=options) as connection:
            answers = current_app.control.ping(timeout=ANSWER_WITHIN_SECONDS, limit=1, connection=connection)
    except Exception:  # noqa: BLE001 whatever the broker's driver raises, it is not there
        return Machinery.BROKER_AWAY
    return Machinery.BEAT_SILENT if answers else Machinery.NO_WORKER
