from celery import shared_task

from accounts.nudges import nudge
from delivery import services

# A drain is short, so that a backlog leaves the worker time for everything else.
SECONDS = 25


@shared_task(name="delivery.send_messages")
def send_messages() -> None:
    if services.drain("email", seconds=SECONDS):
        nudge("delivery.send_messages")


@shared_task(name="delivery.recover_messages")
def recover_messages() -> None:
    if services.recover_stuck():
        nudge("delivery.send_messages")


@shared_task(name="delivery.read_bounces")
def read_bounces() -> None:
    services.read_reports()
