from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_fields import PlainField
from accounts.models import Team, User
from analytics.dashboard.filters import teams_in_reach
from analytics.models import Wallboard


class WallboardForm(forms.ModelForm[Wallboard]):
    """A wallboard of a team in the reach of whoever makes it, or of the company for those who see all of it."""

    name = PlainField(label=gettext_lazy("Name"), max_length=60)

    class Meta:
        model = Wallboard
        fields = ("name", "team", "metric", "days", "language", "theme")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "wallboard-%s", **kwargs})
        reach, team = teams_in_reach(person), self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)  # noqa: S101 for the type checker
        team.queryset = Team.objects.order_by("name") if reach is None else Team.objects.filter(pk__in=reach)
        team.required = reach is not None
        team.empty_label = _("The whole company") if reach is None else None
