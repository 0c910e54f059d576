from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.form_fields import PlainField
from analytics.dashboard.forms import DashboardForm, Named

MANAGERS, TEAMS = "manager", "team"
LONGEST_SEARCH = 100


class FairForm(DashboardForm):
    """The filters of the dashboard, who is compared, and a part of a name to look for."""

    unused = ("by", "compare")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"] = Named(_("Compared"), [(MANAGERS, _("Managers")), (TEAMS, _("Teams"))])
        self.fields["q"] = PlainField(label=_("Name"), required=False, max_length=LONGEST_SEARCH)
