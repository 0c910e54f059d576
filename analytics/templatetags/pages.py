"""The ways from one page of numbers to the others, which keep the filters that all of them have."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.dashboard.answer_links import SAID

register = template.Library()
KEPT = (*SAID, "compare")


@register.inclusion_tag("analytics/_pages.html", takes_context=True)
def pages_of_numbers(context: Context) -> dict[str, Any]:
    """Return every page with its address, in the order of reading, and which of them the reader is at."""
    request = context["request"]
    query = urlencode({name: request.GET[name] for name in KEPT if request.GET.get(name)})
    pages = [
        ("dashboard", _("Overview")),
        ("why", _("Why it changed")),
        ("topics", _("Topics")),
        ("crossed", _("Breakdowns")),
        ("fair", _("Fair comparison")),
        ("money", _("Money")),
        ("funnel", _("Invitations")),
        ("silence", _("The silent")),
        ("planner", _("Planner")),
        ("report", _("Report")),
        ("alarms", _("Alarms")),
    ]
    links = [(reverse(name), label) for name, label in pages]
    return {
        "pages": [(f"{url}?{query}" if query else url, label, url == request.path) for url, label in links],
        "open_alarms": context.get("open_alarms", 0),
    }
