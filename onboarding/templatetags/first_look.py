"""The line that says on every page of staff that an installation without TLS is for a first look only."""

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("onboarding/_first_look.html")
def first_look_line(*, in_admin: bool = False) -> dict[str, Any]:
    return {"is_first_look": settings.IS_FIRST_LOOK, "in_admin": in_admin}
