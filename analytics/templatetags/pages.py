"""The ways from one page of numbers to the others, which keep the filters that all of them have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from analytics.dashboard import words
from analytics.dashboard.answer_links import SAID
from analytics.dashboard.filters import metrics
from analytics.dashboard.forms import DashboardForm

register = template.Library()
# What stands behind the tabs of customers.
OF_CUSTOMERS = ("contacts", "companies", "calls", "paper", "remarks", "mailings", "testimonials", "referrals")
KEPT = (*SAID, "compare")


# The pages of one metric each, called as the metric is.
OWN_PAGES = ("csat", "csat10", "ces")
# What is asked of the numbers, and by what name and word the pages that answer it are called.
Groups = list[tuple[str, list[tuple[str, str]]]]


class PageWay(NamedTuple):
    """A page or a group of pages: whether the reader is there, and what waits for somebody there."""

    url: str
    label: str
    is_here: bool
    waiting: int = 0


def groups(person: User, asked: list[str]) -> Groups:
    """Return what is asked of the numbers, and the pages that answer it to a person, in the order of reading.

    A metric other than NPS has its page where a survey asks for it.
    """
    of_metrics = [(name, words.of(name).name) for name in OWN_PAGES if name in asked]
    of_all_teams = (
        [("integrity", _("How they came about")), ("experiments", _("Experiments"))] if person.sees_all_teams else []
    )
    return [
        (
            pgettext("pages", "How it stands"),
            [
                ("dashboard", _("Overview")),
                ("trend", _("Over time")),
                ("crossed", _("Breakdowns")),
                *of_metrics,
                ("money", _("Money")),
            ],
        ),
        (
            pgettext("pages", "What is behind it"),
            [
                ("why", _("What changed")),
                ("topics", _("Topics")),
                ("further", _("Further questions")),
                ("drivers", _("Drivers")),
            ],
        ),
        (
            pgettext("pages", "Is it real"),
            [
                ("silence", _("The silent")),
                ("fair", _("Fair comparison")),
                ("funnel", _("Invitations")),
                ("open_links", _("Open links")),
                ("kiosks", _("Kiosks")),
                ("widgets", _("Web widgets")),
                ("alarms", _("Alarms")),
                *of_all_teams,
            ],
        ),
        (
            pgettext("pages", "What is done"),
            [
                ("casework", _("Work on follow-ups")),
                ("recovery", _("Asked again")),
                ("compensations", _("Compensation")),
                ("passives", _("Passives")),
                ("reviews", _("Public reviews")),
            ],
        ),
        (
            pgettext("pages", "What comes next"),
            [("report", _("Report")), ("goals", _("Goals")), ("planner", _("Planner"))],
        ),
    ]


@register.filter
def is_of_customers(path: str) -> bool:
    """Say whether the page at a path stands behind the tabs of customers."""
    return path.startswith(tuple(reverse(name) for name in OF_CUSTOMERS))


@register.inclusion_tag("analytics/_pages.html", takes_context=True)
def pages_of_numbers(context: Context) -> dict[str, Any]:
    """Return the groups, each with the address of its first page, and the pages of the group that the reader is in."""
    request = context["request"]
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    if own := context.get("own_metric"):
        kept["metric"] = own
    waiting: dict[str, int] = {"alarms": context.get("open_alarms") or 0}
    known = groups(request.user, _asked(context))
    here = _here(request.path, known)
    ways = [
        (group, [PageWay(_address(name, kept), label, name == here, waiting.get(name, 0)) for name, label in pages])
        for group, pages in known
    ]
    return {
        "groups": [
            PageWay(
                pages[0].url,
                group,
                any(page.is_here for page in pages),
                sum(page.waiting for page in pages),
            )
            for group, pages in ways
        ],
        "pages": next((pages for _group, pages in ways if any(page.is_here for page in pages)), []),
    }


def _here(path: str, known: Groups) -> str:
    """Return the page that a path is of: the one whose address it begins with, at greatest length."""
    names = [name for _group, pages in known for name, _label in pages if path.startswith(reverse(name))]
    return max(names, key=lambda name: len(reverse(name)), default="")


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
