"""Nudges: each claims what is due, so a lost, late or doubled one is harmless."""

from celery import shared_task

from followups import services
from followups.letters import incoming


@shared_task(name="followups.route_responses")
def route_responses() -> None:
    services.route_due()


@shared_task(name="followups.take_letters")
def take_letters() -> None:
    incoming.take_due()
