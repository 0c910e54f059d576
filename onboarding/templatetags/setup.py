"""The card that leads whoever sets Plumb up from the dashboard to what is still to do."""

from typing import Any

from django import template
from django.template import Context

from accounts import clock
from onboarding import asking_line, circumstances
from onboarding.readers import SETS_UP
from onboarding.steps import installation
from onboarding.steps.walk import walk

register = template.Library()
SHOWN_ON = "dashboard"


@register.inclusion_tag("onboarding/_card.html", takes_context=True)
def setup_card(context: Context) -> dict[str, Any]:
    """Show the card on the dashboard until all is done, and nothing anywhere else."""
    request, user = context.get("request"), context.get("user")
    match = request and request.resolver_match
    if user is None or not match or match.url_name != SHOWN_ON or not user.has_perms(SETS_UP):
        return {}
    known = circumstances.read(clock.now())
    steps = walk(installation.read(known))
    still = [step for step in steps if step.is_open]
    return {"still": still, "done": len(steps) - len(still), "all": len(steps), "line": asking_line.of(known)}
