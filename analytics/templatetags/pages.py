"""The ways from one page of numbers to the others, which keep the filters that all of them have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.dashboard import words
from analytics.dashboard.answer_links import SAID
from analytics.dashboard.filters import metrics
from analytics.dashboard.forms import DashboardForm

register = template.Library()
KEPT = (*SAID, "compare")


# The pages of one metric each, called as the metric is.
OWN_PAGES = ("csat", "ces")


@register.inclusion_tag("analytics/_pages.html", takes_context=True)
def pages_of_numbers(context: Context) -> dict[str, Any]:
    """Return every page with its address, in the order of reading, and which of them the reader is at.

    A metric other than NPS has its page where a survey asks for it.
    """
    request = context["request"]
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    if own := context.get("own_metric"):
        kept["metric"] = own
    pages = [
        ("dashboard", _("Overview")),
        *((name, words.of(name).name) for name in OWN_PAGES if name in _asked(context)),
        ("why", _("Why it changed")),
        ("topics", _("Topics")),
        ("drivers", _("Drivers")),
        ("crossed", _("Breakdowns")),
        ("fair", _("Fair comparison")),
        ("money", _("Money")),
        ("funnel", _("Invitations")),
        ("silence", _("The silent")),
        ("planner", _("Planner")),
        ("report", _("Report")),
        ("goals", _("Goals")),
        ("alarms", _("Alarms")),
    ]
    return {
        "pages": [(_address(name, kept), label, reverse(name) == request.path) for name, label in pages],
        "open_alarms": context.get("open_alarms", 0),
    }


def _asked(context: Context) -> list[str]:
    """Return the metrics that surveys ask for."""
    form = context.get("form")
    return form.lists.metrics if isinstance(form, DashboardForm) else metrics()


def _address(name: str, kept: Mapping[str, str]) -> str:
    """Return the address of a page with the filters that it has: one of another metric knows none of its surveys."""
    if name in OWN_PAGES:
        dropped = {"metric"} if kept.get("metric") == name else {"metric", "survey", "kind"}
        kept = {filter_name: value for filter_name, value in kept.items() if filter_name not in dropped}
    return f"{reverse(name)}?{urlencode(kept)}" if kept else reverse(name)
