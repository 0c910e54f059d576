from celery import shared_task

from accounts import clock
from onboarding.models import Pulse, Trial


@shared_task(name="onboarding.keep_pulse")
def keep_pulse() -> None:
    Pulse.keep()


@shared_task(name="onboarding.forget_trials")
def forget_trials() -> int:
    return Trial.objects.expired(clock.now()).delete()[0]
