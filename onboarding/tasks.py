from celery import shared_task

from accounts import clock
from onboarding.models import ConfigurationFile, Pulse, Trial
from onboarding.sample import standing, upkeep


@shared_task(name="onboarding.keep_pulse")
def keep_pulse() -> None:
    Pulse.keep()


@shared_task(name="onboarding.forget_trials")
def forget_trials() -> int:
    return Trial.objects.expired(clock.now()).delete()[0]


@shared_task(name="onboarding.forget_configuration_files")
def forget_configuration_files() -> int:
    return ConfigurationFile.objects.expired(clock.now()).delete()[0]


@shared_task(name=standing.TEND)
def tend_samples() -> str:
    return upkeep.tend()
