from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import Team
from analytics.dashboard import points
from analytics.models import Goal
from analytics.models.yardstick import check_on_scale
from analytics.periods import Granularity, bucket, months_before
from surveys.metrics import Metric

# So many periods are offered of each length: the one that runs, and those after it.
OFFERED = {Goal.Span.MONTH: 12, Goal.Span.QUARTER: 5, Goal.Span.YEAR: 2}


class GoalForm(forms.Form):
    """A target for a period that is not over: what was reached already is nobody's goal any more.

    `teams`: those whose goals the person may set; `is_of_all`: whether also that of the company.
    """

    def __init__(
        self, data: Mapping[str, Any] | None, *, teams: list[tuple[int, str]], is_of_all: bool, today: date
    ) -> None:
        super().__init__(data, auto_id="goal-%s")
        company = [("company", _("The whole company"))] if is_of_all else []
        self.fields["team"] = forms.ChoiceField(
            label=_("Team"), choices=[*company, *((str(pk), name) for pk, name in teams)]
        )
        self.fields["metric"] = forms.ChoiceField(label=_("Metric"), choices=Metric.choices)
        self.fields["period"] = forms.ChoiceField(label=_("Period"), choices=_periods(today))
        self.fields["target"] = forms.DecimalField(
            label=_("Target"),
            max_digits=4,
            decimal_places=1,
            help_text=_("In points of an NPS, −100 to 100; in per cent of CSAT and CES."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check_on_scale("target", cleaned.get("metric", ""), cleaned.get("target"))
        return cleaned

    @property
    def key(self) -> dict[str, Any]:
        """Of whom, of what and for when a valid form sets a target."""
        cleaned = self.cleaned_data
        span, _colon, start = cleaned["period"].partition(":")
        team = None if cleaned["team"] == "company" else Team.objects.get(pk=cleaned["team"])
        return {"team": team, "metric": cleaned["metric"], "span": span, "start": date.fromisoformat(start)}


def name_of(span: str, start: date) -> str:
    """Return what a period is called: “Jul 2026”, “Q3 2026” or “2026”."""
    return str(start.year) if span == Goal.Span.YEAR else points.label(start, Granularity(span))


def _periods(today: date) -> list[tuple[str, str]]:
    begin = {
        Goal.Span.MONTH: today.replace(day=1),
        Goal.Span.QUARTER: bucket(today, Granularity.QUARTER),
        Goal.Span.YEAR: date(today.year, 1, 1),
    }
    starts = [
        (span, months_before(begin[span], -number * Goal.MONTHS[span]))
        for span, offered in OFFERED.items()
        for number in range(offered)
    ]
    return [(f"{span.value}:{start}", name_of(span, start)) for span, start in starts]
