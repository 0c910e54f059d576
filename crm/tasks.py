from celery import shared_task

from crm.imports import running


@shared_task(name="crm.run_imports")
def run_imports() -> None:
    running.run_due()
