from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Kept, Setting
from accounts.models import Team, User

BLIND_LEAD = _("the lead is not in the team and does not see its work")


@admin.register(Team)
class TeamAdmin(Setting, Kept, admin.ModelAdmin[Team]):
    list_display = ("name", "lead", "region", "size", "remark")
    list_select_related = ("lead",)
    search_fields = ("name", "lead__name")
    ordering = ("name",)
    autocomplete_fields = ("lead",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        people = Count("members", filter=Q(members__is_active=True))
        in_reach = Q(lead=None) | Q(lead__team=F("pk")) | Q(lead__in=User.objects.who_see_all_teams())
        return super().get_queryset(request).annotate(people=people, is_blind=~in_reach)

    @admin.display(description=_("active people"), ordering="people")
    def size(self, team: Team) -> int:
        return int(getattr(team, "people", 0))

    @admin.display(description=_("remark"))
    def remark(self, team: Team) -> str:
        return str(BLIND_LEAD) if getattr(team, "is_blind", False) else ""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Say what a lead from outside misses; a new team has nobody yet, so it is no error."""
        super().save_related(request, form, formsets, change)
        team = self.get_queryset(request).get(pk=form.instance.pk)
        if self.remark(team):
            said = _(
                "%(lead)s is not in the team “%(team)s” and does not see its work: notices and escalations pass them "
                "over. Put them into the team, or give them a role that sees all teams."
            )
            messages.warning(request, said % {"lead": team.lead, "team": team})
