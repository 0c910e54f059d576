"""The filters of somebody's own page: nothing that is chosen there leads beyond their own answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from analytics.dashboard.filters import Lists, surveys_with_numbers
from analytics.dashboard.forms import Chosen, DashboardForm, Named
from analytics.models import Dimension
from analytics.rollups.cells import Selection
from responses.models import Topic
from surveys.metrics import SCALES, Metric


class OwnForm(DashboardForm):
    """The days, the survey and, of the list of answers, a category or a topic."""

    unused = ("compare", "origin", "team", "manager", "channel", "product")

    def __init__(self, data: Mapping[str, Any], *, person: User, today: date) -> None:
        lists = Lists(
            list(surveys_with_numbers()), knows_other_origins=False, teams=[], managers=[], channels=[], products=[]
        )
        super().__init__(data, lists=lists, teams=None, today=today)
        self.person = person
        categories = SCALES[Metric(self.metric)].categories.values()
        self.fields["category"] = Named(
            _("Category"),
            [("", _("All categories")), *((str(each), capfirst(str(each.label))) for each in categories)],
        )
        topics = [(topic.pk, str(topic)) for topic in Topic.objects.order_by("position", "pk")]
        self.fields["topic"] = Chosen(_("Topic"), _("All topics"), topics)

    def selection(self, zone: ZoneInfo) -> Selection:
        """Return the answers by which the person was rated, whichever team they were in then."""
        return replace(super().selection(zone), teams=None, members={Dimension.MANAGER: self.person.pk})
