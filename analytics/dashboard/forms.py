from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import unit
from analytics.dashboard import long_lists
from analytics.dashboard.filters import (
    ORIGINS,
    OWN,
    USUAL,
    YEAR_BEFORE,
    Choices,
    Lists,
    comparisons,
    granularities,
    periods,
    preset,
)
from analytics.models import BREAKDOWNS
from analytics.periods import DAY, Granularity, Period
from analytics.rollups.cells import Selection
from analytics.unit import Unit
from surveys.metrics import Metric
from surveys.models import Origin, Survey

ANY = "any"

LONGEST = timedelta(days=10 * 366)
LONGEST_BY_WEEK = timedelta(days=2 * 366)
EARLIEST = date(2000, 1, 1)


class Chosen(forms.TypedChoiceField):
    """One of a list of rows, or all of them. Of a long list a part of the name will do, where only one row has it."""

    default_error_messages = {
        "invalid_choice": gettext_lazy("“%(value)s” is not in this list. Choose another one, or all."),
        "several": gettext_lazy("Several are called like “%(value)s”. Choose one of them."),
    }

    def __init__(self, label: str, everything: str, choices: Choices) -> None:
        super().__init__(
            label=label, required=False, coerce=int, empty_value=None, choices=[("", everything), *choices]
        )
        self.everything = everything
        self.is_long = len(choices) > long_lists.LONGEST_OPENED
        self.known = long_lists.labels(choices) if self.is_long else {}
        # The rows of which one must be chosen, where several were meant.
        self.meant: list[int] = []

    def clean(self, value: Any) -> Any:
        typed = str(value or "").strip()
        if self.is_long and typed and not self.valid_value(typed):
            self.meant = long_lists.meant(self.known, typed)[: long_lists.MOST_OFFERED]
            if len(self.meant) > 1:
                raise forms.ValidationError(self.error_messages["several"], code="several", params={"value": typed})
            value = str(self.meant[0]) if self.meant else value
        return super().clean(value)

    def name_of(self, typed: str) -> str:
        """Return what a row of a long list is called that was typed by its number, else what was typed."""
        is_number = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**63))
        return self.known.get(int(typed), typed) if is_number else typed


class Named(forms.ChoiceField):
    """One of a few words, the first being meant where none is given."""

    default_error_messages = {"invalid_choice": gettext_lazy("“%(value)s” is not in this list. Choose another one.")}

    def __init__(self, label: str, choices: list[tuple[str, str]]) -> None:
        super().__init__(label=label, required=False, choices=choices, initial=choices[0][0])

    def clean(self, value: Any) -> str:
        return str(super().clean(value) or self.initial)


class DashboardForm(forms.Form):
    """The filters of the dashboard. Everything is optional; nothing outside the person's lists is accepted."""

    dates = ("start", "end")
    # What a page has no use for: it is neither shown nor heeded, whatever stands in the address.
    unused: tuple[str, ...] = ()

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
        data = {name: value for name, value in data.items() if name not in self.unused}
        super().__init__(data, auto_id="filter-%s")
        self.today = today
        self.teams = teams
        self.lists = lists
        wanted: str = data.get("metric", "")
        self.metric = wanted if wanted in lists.metrics else lists.metrics[0]
        self._choices("period").choices = periods()
        self._choices("by").choices = granularities()
        self.fields["metric"] = Named(_("Metric"), [(name, str(Metric(name).label)) for name in lists.metrics])
        self.fields["compare"] = Named(_("Compare with"), comparisons())
        self.fields["kind"] = Named(_("Kind"), [("", _("All kinds")), *self._kinds()])
        self.fields["origin"] = Named(_("Origin"), self._origins())
        self.fields["survey"] = Chosen(
            _("Survey"), _("All surveys"), [(survey.pk, survey.full_name) for survey in self._surveys()]
        )
        self.fields["team"] = Chosen(_("Team"), _("All teams") if teams is None else _("My team"), lists.teams)
        self.fields["manager"] = Chosen(_("Manager"), _("All managers"), lists.managers)
        self.fields["channel"] = Chosen(_("Channel"), _("All channels"), lists.channels)
        self.fields["product"] = Chosen(_("Product"), _("All products"), lists.products)

    @property
    def idle(self) -> set[str]:
        """The filters among which there is nothing to choose."""
        choices = {
            "metric": len(self.lists.metrics) > 1,
            "kind": len(self._kinds()) > 1,
            "origin": self.lists.knows_other_origins,
        }
        return {
            *self.unused,
            *(name for name, is_choice in choices.items() if not is_choice and not self.data.get(name)),
        }

    @property
    def mixes_kinds(self) -> bool:
        """Whether answers after something happened and answers about the relationship may be in one number."""
        return self.unit is Unit.BOTH

    @property
    def unit(self) -> Unit:
        """What the numbers of a valid form count."""
        return unit.of_kinds(self._chosen_kinds())

    def _surveys(self) -> list[Survey]:
        return [survey for survey in self.lists.surveys if survey.metric == self.metric]

    def _kinds(self) -> list[tuple[str, str]]:
        asked = {survey.kind for survey in self._surveys()}
        return [(value, str(label)) for value, label in Survey.Kind.choices if value in asked]

    def _origins(self) -> list[tuple[str, str]]:
        each = [(name, str(Origin(name).label).capitalize()) for name in ORIGINS]
        return [each[0], (ANY, _("All origins")), *each[1:]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self._clean_dates(cleaned)
        if not self.errors:
            cleaned["days"] = self._days(cleaned)
            self._clean_granularity(cleaned)
            self._clean_comparison(cleaned)
        return cleaned

    def selection(self, zone: ZoneInfo) -> Selection:
        """Return what a valid form selects, its days counted in `zone`."""
        cleaned = self.cleaned_data
        days: Period = cleaned["days"]
        return Selection(
            period=days,
            before=days.year_before if cleaned["compare"] == YEAR_BEFORE else days.previous,
            zone=zone,
            granularity=Granularity(cleaned["by"]) if cleaned["by"] else days.usual_granularity(),
            metric=self.metric,
            origins=tuple(ORIGINS) if cleaned["origin"] == ANY else (cleaned["origin"],),
            surveys=self._chosen_surveys(),
            teams=(cleaned["team"],) if cleaned["team"] else self.teams,
            members={name: cleaned[name.value] for name in BREAKDOWNS if cleaned[name.value]},
            unit=self.unit,
        )

    def _chosen_kinds(self) -> set[str]:
        chosen = self._chosen_surveys()
        return {survey.kind for survey in self._surveys() if chosen is None or survey.pk in chosen}

    def _chosen_surveys(self) -> tuple[int, ...] | None:
        if self.cleaned_data["survey"]:
            return (self.cleaned_data["survey"],)
        kind = self.cleaned_data["kind"]
        return tuple(survey.pk for survey in self._surveys() if survey.kind == kind) if kind else None

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

    def _clean_comparison(self, cleaned: dict[str, Any]) -> None:
        days: Period = cleaned["days"]
        if cleaned["compare"] == YEAR_BEFORE and days.year_before.end > days.start:
            self.add_error("compare", _("Choose at most a year to compare it with the year before."))


class PeriodForm(DashboardForm):
    """The filters of a page about one period: nothing is compared with days before, and there is no chart."""

    unused = ("by", "compare")
