"""News from below that this app reacts to; a sweep finds whatever a signal missed."""

from typing import Any

from django.dispatch import receiver

from accounts.nudges import nudge, nudge_seldom
from crm.signals import touchpoints_recorded
from delivery.signals import domains_resumed, messages_settled
from surveys import services


@receiver(touchpoints_recorded)
def plan_for_touchpoints(**_news: Any) -> None:
    nudge("surveys.plan_invitations")


@receiver(messages_settled)
def tell_invitations(*, can_wait: bool = False, **_news: Any) -> None:
    (nudge_seldom if can_wait else nudge)("surveys.sync_invitations")


@receiver(domains_resumed)
def ask_after_the_pause(**_news: Any) -> None:
    services.ask_after_the_pause()
