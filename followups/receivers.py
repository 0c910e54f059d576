"""News from below that this app reacts to; a sweep finds whatever a signal missed."""

from typing import Any

from django.dispatch import receiver

from accounts.nudges import nudge
from crm.signals import touchpoints_recorded
from delivery.signals import letters_arrived
from responses.signals import responses_settled


@receiver(responses_settled, dispatch_uid="followups.route_settled")
def route_settled(**_news: Any) -> None:
    nudge("followups.route_responses")


@receiver(letters_arrived, dispatch_uid="followups.take_letters")
def take_letters(**_news: Any) -> None:
    nudge("followups.take_letters")


@receiver(touchpoints_recorded, dispatch_uid="followups.find_rewards")
def find_rewards(**_news: Any) -> None:
    nudge("followups.find_rewards")
