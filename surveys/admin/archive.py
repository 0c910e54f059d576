"""What is archived is out of the way in the administration: a list shows it where one asks for it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.models import Survey

ARCHIVED, ALL = "yes", "all"


class ArchiveFilter(admin.SimpleListFilter):
    """Without a choice what is archived is hidden, unless it is searched for or other choices of the list ask for it.

    `way`: the lookup from a row of the list to its survey, with its underscores.
    """

    title = gettext_lazy("archive")
    parameter_name = "archived"
    way = "survey__"
    asked_for: tuple[str, ...] = ("survey__id__exact",)

    def __init__(self, request: HttpRequest, params: dict[str, Any], *args: Any) -> None:
        self.hides = not any(request.GET.get(name) for name in (SEARCH_VAR, *self.asked_for))
        super().__init__(request, params, *args)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(ARCHIVED, _("Archived only")), (ALL, _("With what is archived"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        if first["selected"] and not self.hides:
            first, others = {**first, "selected": False}, [*others[:-1], {**others[-1], "selected": True}]
        return [{**first, "display": _("In use")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        archived = {f"{self.way}status": Survey.Status.ARCHIVED}
        if self.value() == ARCHIVED:
            return queryset.filter(**archived)
        return queryset.exclude(**archived) if self.value() is None and self.hides else queryset


class SurveyArchiveFilter(ArchiveFilter):
    """The same of a list of surveys."""

    way = ""
    asked_for = ("status__exact",)


class SurveyFilter(admin.RelatedFieldListFilter):
    """Lists the surveys in use, then those that are archived, which are called so."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(survey.pk), survey.full_name) for survey in Survey.objects.in_use_first()]
