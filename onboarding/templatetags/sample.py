"""The line that says on every page of staff that what it shows is invented."""

from typing import Any

from django import template
from django.template import Context

from onboarding.readers import SETS_UP
from onboarding.sample import mark

register = template.Library()


@register.inclusion_tag("onboarding/sample/_line.html", takes_context=True)
def sample_line(context: Context) -> dict[str, Any]:
    user = context.get("user")
    if not (user and user.is_authenticated and mark.is_set()):
        return {}
    request = context.get("request")
    match = request and request.resolver_match
    is_here = bool(match and match.url_name == "sample")
    return {"is_shown": not is_here, "may_remove": user.has_perms(SETS_UP)}


@register.inclusion_tag("onboarding/sample/_line.html")
def sample_words() -> dict[str, Any]:
    """Say it where nobody is logged in, such as on a wallboard."""
    return {"is_shown": mark.is_set()}
