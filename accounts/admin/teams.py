from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Kept, Setting
from accounts.models import Team


@admin.register(Team)
class TeamAdmin(Setting, Kept, admin.ModelAdmin[Team]):
    list_display = ("name", "lead", "region", "size")
    list_select_related = ("lead",)
    search_fields = ("name", "lead__name")
    ordering = ("name",)
    autocomplete_fields = ("lead",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        people = Count("members", filter=Q(members__is_active=True))
        return super().get_queryset(request).annotate(people=people)

    @admin.display(description=_("active people"), ordering="people")
    def size(self, team: Team) -> int:
        return int(getattr(team, "people", 0))
