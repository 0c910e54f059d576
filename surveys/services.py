"""What surveys do: plan, judge and end invitations; write and publish the wording."""

from datetime import datetime

from accounts import clock
from surveys import planning
from surveys.models import Trigger


def plan_invitations(*, now: datetime | None = None) -> int:
    """Insert every invitation that active triggers owe to touchpoints; a repeat changes nothing."""
    now = now or clock.now()
    triggers = Trigger.objects.asking().select_related("survey").prefetch_related("products", "channels", "teams")
    return sum(planning.plan(trigger, now=now) for trigger in triggers.order_by("pk"))
