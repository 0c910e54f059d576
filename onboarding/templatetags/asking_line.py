"""The line that says whether anybody is asked, for every page of those who administer."""

from typing import Any

from django import template
from django.template import Context

from accounts import clock
from onboarding import asking_line, circumstances
from onboarding.readers import READS

register = template.Library()


@register.inclusion_tag("onboarding/_line.html", takes_context=True)
def asking_line_for_reader(context: Context) -> dict[str, Any]:
    """Show the line to whoever may read it, and nothing to anybody else."""
    if not context["user"].has_perm(READS):
        return {}
    return {"line": asking_line.of(circumstances.read(clock.now()))}
