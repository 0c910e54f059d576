from celery import shared_task
from django.core.management import call_command

from accounts import partitions, securitylog, services
from accounts.access import sessions


@shared_task(name="accounts.forget_old")
def forget_old() -> None:
    """Delete what nobody needs any more: ended sessions, old answers to the API, old security events."""
    call_command("clearsessions")
    services.forget_old_answers()
    securitylog.forget_old()
    sessions.forget_ended()


@shared_task(name="accounts.make_months")
def make_months() -> None:
    partitions.make_months()
