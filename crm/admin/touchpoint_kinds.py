"""Kinds of touchpoints in lists of the administration, by the names that people have for them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.models import Touchpoint
from crm.models.touchpoint import label_of_kind


class TouchpointKindFilter(admin.SimpleListFilter):
    """The kinds that touchpoints have; a class below it filters by another `parameter_name`, which is the field."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, label_of_kind(kind)) for kind in self.kinds()]

    def kinds(self) -> list[str]:
        return list(Touchpoint.objects.kinds())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset
