from __future__ import annotations

from typing import Any

from django.http import QueryDict

from analytics.dashboard import row_pages
from analytics.dashboard.filter_lists import Filter, filter_lists
from analytics.dashboard.forms import DashboardForm
from analytics.models import BREAKDOWNS

# Whole months that are over: of these verdicts are given, and they read the same tomorrow.
USUAL = "last-12m"


class ReportForm(DashboardForm):
    """The filters of the dashboard, of whole months that are over where none is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].initial = USUAL

    def clean_period(self) -> str:
        return str(self.cleaned_data["period"] or USUAL)


def of_report(query: QueryDict) -> QueryDict:
    """Return a query that names its period, so that other pages it is handed to count the same days.

    Orders and searches of tables are left out: the tables of a report begin alike for everybody.
    """
    named = query.copy()
    for key in (f"{name.value}s" for name in BREAKDOWNS):
        for parameter in (key, row_pages.search_of(key), *row_pages.first_page(key)):
            named.pop(parameter, None)
    if not named.get("period"):
        named["period"] = USUAL
    return named


def scope_of(form: DashboardForm) -> str:
    """Return whose answers a form chooses, in words: the teams always, anything else where it was chosen."""
    filters = filter_lists(form, QueryDict())["filters"]
    said = [
        f"{name}: {chosen}"
        for key, each in filters.items()
        if key not in ("period", "by", "team") and each.is_set
        for name, chosen in [(each.field.label, each.name)]
    ]
    return ". ".join([f"{filters['team'].field.label}: {_teams(form, filters['team'])}", *said]) + "."


def _teams(form: DashboardForm, chosen: Filter) -> str:
    """Return the chosen team, or those that its reader sees by name: a printed report is read by others."""
    names = [name for _pk, name in form.lists.teams]
    return chosen.name if chosen.is_set or form.teams is None or not names else ", ".join(names)
