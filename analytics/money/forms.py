from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.dashboard.forms import Chosen, DashboardForm, Named

# So many days an account is followed after its answer, the usual first.
FOLLOWED = (180, 90, 365)


class AfterwardsForm(DashboardForm):
    """The filters of the dashboard, and how long accounts are followed. A chart by weeks or months it has not."""

    unused = ("by",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [(str(number), ngettext("%(n)d day", "%(n)d days", number) % {"n": number}) for number in FOLLOWED]
        self.fields["after"] = Named(_("Purchases within"), days)


class MoneyForm(AfterwardsForm):
    """Also by which channel recommendations come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommended"] = Chosen(_("Recommendations come by"), _("Not known"), self.lists.channels)
