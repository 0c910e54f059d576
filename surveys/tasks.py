from celery import shared_task

from surveys import services
from surveys.fates import delivery_news


@shared_task(name="surveys.plan_invitations")
def plan_invitations() -> None:
    services.plan_invitations()


@shared_task(name="surveys.judge_invitations")
def judge_invitations() -> None:
    while services.judge_due().total:
        pass


@shared_task(name="surveys.remind_invitations")
def remind_invitations() -> None:
    while services.remind_due().total:
        pass


@shared_task(name="surveys.fall_back")
def fall_back() -> None:
    while services.fall_back_due().total:
        pass


@shared_task(name="surveys.sync_invitations")
def sync_invitations() -> None:
    delivery_news.sync()


@shared_task(name="surveys.expire_invitations")
def expire_invitations() -> None:
    services.expire_invitations()
