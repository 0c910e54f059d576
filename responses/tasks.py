from celery import shared_task

from responses import services
from responses.evidence import sweep


@shared_task(name="responses.settle_responses")
def settle_responses() -> int:
    return services.settle_due()


@shared_task(name="responses.watch_machines")
def watch_machines() -> None:
    while sweep.look():
        pass
