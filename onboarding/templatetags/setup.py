"""The place of the card that leads whoever sets Plumb up from the dashboard to what is still to do."""

from django import template
from django.template import Context

from onboarding.readers import SETS_UP

register = template.Library()
SHOWN_ON = "dashboard"


@register.inclusion_tag("onboarding/_card_place.html", takes_context=True)
def setup_card(context: Context) -> dict[str, bool]:
    """Keep a place for the card on the dashboard, and on no other page; the card comes after it, and holds up none."""
    request, user = context.get("request"), context.get("user")
    match = request and request.resolver_match
    return {"has_place": bool(user and match and match.url_name == SHOWN_ON and user.has_perms(SETS_UP))}
