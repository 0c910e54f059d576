"""What an answer asks for, on its own page and on that of its follow-up."""

from typing import Any

from django import template
from django.template import Context

from followups.models import Improvement
from responses.models import Response

register = template.Library()


@register.inclusion_tag("followups/_improvements.html", takes_context=True)
def improvements_of(context: Context, response: Response) -> dict[str, Any]:
    """Return the improvements that an answer asks for, of those that the reader sees; one query."""
    asked = Improvement.objects.visible_to(context["request"].user).filter(answers__response=response)
    return {"response": response, "improvements": asked.order_by("-pk")}
