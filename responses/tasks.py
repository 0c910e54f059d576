from celery import shared_task

from responses import services, watching


@shared_task(name="responses.settle_responses")
def settle_responses() -> int:
    return services.settle_due()


@shared_task(name="responses.watch_machines")
def watch_machines() -> None:
    while watching.look():
        pass
