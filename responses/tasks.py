from celery import shared_task

from responses import services


@shared_task(name="responses.settle_responses")
def settle_responses() -> int:
    return services.settle_due()
