from celery import shared_task

from onboarding.models import Pulse


@shared_task(name="onboarding.keep_pulse")
def keep_pulse() -> None:
    Pulse.keep()
