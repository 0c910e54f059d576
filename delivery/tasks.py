from celery import shared_task

from accounts.nudges import nudge
from delivery import attachments, dispatch, incoming_retention, services
from delivery.media.email import inbox
from delivery.media.sms import receipts
from delivery.media.telegram import hearing
from delivery.media.whatsapp import templates

# A drain is short, so that a backlog leaves the worker time for everything else.
SECONDS = 25


@shared_task(name="delivery.send_messages")
def send_messages(*, medium: str) -> None:
    if dispatch.drain(medium, seconds=SECONDS):
        nudge("delivery.send_messages", medium=medium)


@shared_task(name="delivery.recover_messages")
def recover_messages() -> None:
    services.recover_stuck()


@shared_task(name="delivery.forget_attachments")
def forget_attachments() -> None:
    attachments.forget_old()


@shared_task(name="delivery.forget_incoming")
def forget_incoming() -> None:
    incoming_retention.forget_old()


@shared_task(name="delivery.read_bounces")
def read_bounces() -> None:
    inbox.read_reports()


@shared_task(name="delivery.ask_for_receipts")
def ask_for_receipts() -> None:
    receipts.ask_all()


@shared_task(name="delivery.ask_telegram")
def ask_telegram() -> None:
    hearing.ask_all()


@shared_task(name="delivery.read_templates")
def read_templates() -> None:
    templates.read_all()
