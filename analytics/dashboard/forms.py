from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.dashboard.filters import OWN, USUAL, Choices, Lists, granularities, periods, preset
from analytics.models import BREAKDOWNS
from analytics.periods import DAY, Granularity, Period
from analytics.rollups.cells import Selection

LONGEST = timedelta(days=10 * 366)
LONGEST_BY_WEEK = timedelta(days=2 * 366)
EARLIEST = date(2000, 1, 1)


class Chosen(forms.TypedChoiceField):
    """One of a list of rows, or all of them."""

    default_error_messages = {
        "invalid_choice": gettext_lazy("“%(value)s” is not in this list. Choose another one, or all.")
    }

    def __init__(self, label: str, everything: str, choices: Choices) -> None:
        super().__init__(
            label=label, required=False, coerce=int, empty_value=None, choices=[("", everything), *choices]
        )


class DashboardForm(forms.Form):
    """The filters of the dashboard. Everything is optional; nothing outside the person's lists is accepted."""

    dates = ("start", "end")

    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        required=False,
        initial=USUAL,
        error_messages={"invalid_choice": gettext_lazy("“%(value)s” is not a period. Choose one of the list.")},
    )
    start = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Write the day as 2026-05-31.")},
    )
    end = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Write the day as 2026-05-31.")},
    )
    by = forms.ChoiceField(
        label=gettext_lazy("Chart by"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose week, month or quarter.")},
    )

    def __init__(self, data: Mapping[str, Any], *, lists: Lists, teams: tuple[int, ...] | None, today: date) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.today = today
        self.teams = teams
        self._choices("period").choices = periods()
        self._choices("by").choices = granularities()
        self.fields["survey"] = Chosen(_("Survey"), _("All surveys"), lists.surveys)
        self.fields["team"] = Chosen(_("Team"), _("All teams") if teams is None else _("My team"), lists.teams)
        self.fields["manager"] = Chosen(_("Manager"), _("All managers"), lists.managers)
        self.fields["channel"] = Chosen(_("Channel"), _("All channels"), lists.channels)
        self.fields["product"] = Chosen(_("Product"), _("All products"), lists.products)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self._clean_dates(cleaned)
        if not self.errors:
            cleaned["days"] = self._days(cleaned)
            self._clean_granularity(cleaned)
        return cleaned

    def selection(self, zone: ZoneInfo) -> Selection:
        """Return what a valid form selects, its days counted in `zone`."""
        cleaned = self.cleaned_data
        days: Period = cleaned["days"]
        return Selection(
            period=days,
            zone=zone,
            granularity=Granularity(cleaned["by"]) if cleaned["by"] else days.usual_granularity(),
            survey=cleaned["survey"],
            teams=(cleaned["team"],) if cleaned["team"] else self.teams,
            members={name: cleaned[name.value] for name in BREAKDOWNS if cleaned[name.value]},
        )

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type checker
        return field

    def _clean_dates(self, cleaned: dict[str, Any]) -> None:
        start, end = cleaned["start"], cleaned["end"] or self.today
        if cleaned["period"] != OWN:
            if cleaned["start"] or cleaned["end"]:
                self.add_error("period", _("Choose “Own dates” to use the dates, or empty them."))
        elif start is None:
            self.add_error("start", _("Enter the first day of the period."))
        elif start > self.today or start < EARLIEST:
            self.add_error("start", _("Choose a first day between the year 2000 and today."))
        elif end < start:
            self.add_error("end", _("The last day lies before the first day. Change one of them."))
        elif end - start > LONGEST:
            self.add_error("start", _("Choose at most ten years."))

    def _days(self, cleaned: dict[str, Any]) -> Period:
        if cleaned["period"] != OWN:
            return preset(cleaned["period"] or USUAL, self.today)
        return Period(cleaned["start"], min(cleaned["end"] or self.today, self.today) + DAY)

    def _clean_granularity(self, cleaned: dict[str, Any]) -> None:
        if cleaned["by"] == Granularity.WEEK and timedelta(days=cleaned["days"].days) > LONGEST_BY_WEEK:
            self.add_error("by", _("A chart by week can show two years at most. Choose month or quarter."))
