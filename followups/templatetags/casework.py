from datetime import datetime

from django import template
from django.utils.timesince import timesince

from accounts.models import User
from followups.models import Followup

register = template.Library()


@register.simple_tag
def time_between(earlier: datetime, later: datetime) -> str:
    """Say in one unit how much time lies between two moments, such as “3 hours”."""
    return timesince(earlier, later, depth=1)


@register.filter
def is_seen_by(followup: Followup, user: User) -> bool:
    """Say whether the person may open the follow-up, so that no link leads to a 404."""
    return followup.is_visible_to(user)
