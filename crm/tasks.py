from celery import shared_task

from crm import services
from crm.imports import runs


@shared_task(name="crm.run_imports")
def run_imports() -> None:
    runs.run_due()


@shared_task(name="crm.forget_imports")
def forget_imports() -> None:
    runs.forget_old()


@shared_task(name="crm.complete_facts")
def complete_facts() -> None:
    services.complete_facts()
