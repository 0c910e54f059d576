"""The card of the guided tour, on the page that its step is about; and where one's settings start it again."""

from typing import Any

from django import template
from django.template import Context

from onboarding.models import TourPlace
from onboarding.tour import walk

register = template.Library()


@register.inclusion_tag("onboarding/tour/_card.html", takes_context=True)
def tour_card(context: Context) -> dict[str, Any]:
    request, user = context.get("request"), context.get("user")
    if not (request and request.resolver_match and user and user.is_authenticated):
        return {}
    step = request.session.get(walk.STEP)
    if not step:
        return {}
    stops = walk.stops_of(user)
    step = walk.step_here(stops, step, request.resolver_match.url_name)
    if not step:
        return {}
    stop = stops[step - 1]
    return {
        "stop": stop,
        "step": step,
        "all": len(stops),
        "before": step - 1,
        "next": step + 1 if step < len(stops) else 0,
        "here": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("onboarding/tour/_start.html", takes_context=True)
def tour_start(context: Context) -> dict[str, Any]:
    """Offer the tour where it does not run: from its beginning, or where it was left."""
    request = context["request"]
    step = request.session.get(walk.STEP)
    has_card = step and walk.step_here(walk.stops_of(request.user), step, request.resolver_match.url_name)
    return {
        "is_offered": not has_card,
        "step": TourPlace.of(request.user),
        "csrf_token": context.get("csrf_token"),
    }
