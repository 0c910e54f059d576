from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _

from analytics.dashboard.filters import preset
from analytics.dashboard.forms import DashboardForm, Named
from analytics.rollups.cells import Selection
from analytics.silence import traits
from analytics.unit import Unit
from surveys.models import Origin

CHOSEN = (
    "manager", "team", "channel", "product", "region", "size_band", "industry", "tenure_band", "age_band", "lifecycle",
    "touchpoint", "campaign", "brand",
)  # fmt: skip
# What is typed, in the order of the form.
PLAN = ("answers", "share", "rate", "months", "customers")
MOST = 1_000_000
LONGEST_MONTHS = 60


class PlannerForm(DashboardForm):
    """The filters of the dashboard, by what segments are told, and a plan; what is empty is taken from the past.

    There is no period to choose: the past is that of the last twelve whole months.
    """

    unused = ("by", "compare", "origin", "period", "start", "end")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segments"] = Named(_("Segments"), traits.titles(CHOSEN))
        self.fields["answers"] = _whole(_("Answers a month"), MOST)
        self.fields["share"] = _percentage(_("Share asked, %"))
        self.fields["rate"] = _percentage(_("Response rate, %"))
        self.fields["months"] = _whole(_("Months in a period"), LONGEST_MONTHS)
        self.fields["customers"] = _whole(_("Customers"), 100 * MOST)

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed of the plan of a valid form, by name."""
        return {name: self.cleaned_data[name] for name in PLAN if self.cleaned_data[name] is not None}

    def selection(self, zone: ZoneInfo) -> Selection:
        """Return whom a valid form is about; its period are the last twelve whole months."""
        days = preset("last-12m", self.today)
        return replace(
            super().selection(zone),
            period=days,
            before=days.previous,
            origins=(Origin.INVITED.value,),
            unit=Unit.ANSWERS,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("answers") and (cleaned.get("share") or cleaned.get("rate")):
            self.add_error(
                "answers", _("Enter the answers a month, or the share asked and the response rate. Empty the others.")
            )
        return cleaned


def _whole(label: str, most: int) -> forms.IntegerField:
    wrong = _("Enter a whole number from 1 to %(most)s, or nothing.") % {"most": most}
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=most,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
    )


def _percentage(label: str) -> forms.FloatField:
    wrong = _("Enter a number above 0 and up to 100, or nothing.")
    return forms.FloatField(
        label=label,
        required=False,
        min_value=0.1,
        max_value=100,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
    )
