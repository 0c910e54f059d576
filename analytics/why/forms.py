from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from analytics.dashboard.forms import DashboardForm, Named
from analytics.why import segments


class WhyForm(DashboardForm):
    """The filters of the dashboard, and by what the change is told. A chart by weeks or months it has not."""

    unused = ("by",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segments"] = Named(_("Segments"), list(segments.titles().items()))
