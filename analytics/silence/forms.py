from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _

from analytics.arithmetic import ARITHMETIC
from analytics.dashboard.forms import DashboardForm, Named
from analytics.rollups.cells import Selection
from analytics.silence import traits
from analytics.unit import Unit
from surveys.models import Origin

CHOSEN = (
    "size_band", "region", "industry", "tenure_band", "age_band", "lifecycle", "product", "channel", "team",
    "manager", "survey", "touchpoint", "campaign", "brand",
)  # fmt: skip
# The second one is usually another than the first.
OTHERS = ("region", "size_band", *CHOSEN[2:])


class SilenceForm(DashboardForm):
    """The filters of the dashboard, two traits to tell people apart by, and a goal for the number.

    Only who was invited can be silent. Every ask counts, so there is no unit to choose.
    """

    unused = ("by", "compare", "origin")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segments"] = Named(_("Segments"), traits.titles(CHOSEN))
        self.fields["other"] = Named(_("Weighted by these as well"), traits.titles(OTHERS))
        scale = ARITHMETIC[self.metric]
        wrong = _("Enter a number from %(low)d to %(high)d, or nothing.") % {"low": scale.LOWEST, "high": scale.HIGHEST}
        self.fields["goal"] = forms.FloatField(
            label=_("Goal"),
            required=False,
            min_value=scale.LOWEST,
            max_value=scale.HIGHEST,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
        )

    @property
    def traits(self) -> tuple[str, str]:
        """The two that a valid form tells people apart by."""
        return self.cleaned_data["segments"], self.cleaned_data["other"]

    def selection(self, zone: ZoneInfo) -> Selection:
        return replace(super().selection(zone), origins=(Origin.INVITED.value,), unit=Unit.ANSWERS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("segments") and cleaned["segments"] == cleaned.get("other"):
            self.add_error("other", _("These are the segments already. Choose another one."))
        return cleaned
