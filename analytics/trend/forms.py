"""How a number is followed through time: in windows that move on by a week or a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from analytics.dashboard.filters import Lists
from analytics.dashboard.forms import LONGEST_BY_WEEK, DashboardForm, Named
from analytics.periods import Granularity


class MovingWindow(NamedTuple):
    """So many weeks or months, counted back from the end of each."""

    step: Granularity
    length: int


WINDOWS = {
    "3m": MovingWindow(Granularity.MONTH, 3),
    "12m": MovingWindow(Granularity.MONTH, 12),
    "4w": MovingWindow(Granularity.WEEK, 4),
}


class TrendForm(DashboardForm):
    """The filters of the dashboard, and the window; by what the chart goes on follows from it."""

    unused = ("by", "compare")

    def __init__(self, data: Mapping[str, Any], *, lists: Lists, teams: tuple[int, ...] | None, today: date) -> None:
        super().__init__(data, lists=lists, teams=teams, today=today)
        self.fields["window"] = Named(_("Each point holds"), _windows())

    @property
    def window(self) -> MovingWindow:
        """The window of a valid form."""
        return WINDOWS[self.cleaned_data["window"]]

    def clean(self) -> dict[str, Any]:
        wanted = WINDOWS.get(self.cleaned_data.get("window", ""))
        self.cleaned_data["by"] = wanted.step if wanted else ""
        return super().clean()

    def _clean_granularity(self, cleaned: dict[str, Any]) -> None:
        if self.window.step == Granularity.WEEK and timedelta(days=cleaned["days"].days) > LONGEST_BY_WEEK:
            self.add_error("window", _("Weeks can be followed for two years at most. Choose months, or fewer days."))


def _windows() -> list[tuple[str, str]]:
    return [("3m", _("3 months")), ("12m", _("12 months")), ("4w", _("4 weeks"))]
