from celery import shared_task

from crm.imports import runs


@shared_task(name="crm.run_imports")
def run_imports() -> None:
    runs.run_due()
