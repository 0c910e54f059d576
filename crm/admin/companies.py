from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from accounts import clock
from accounts.admin.picked import PickedClocks
from accounts.folded import fold
from crm import profiles
from crm.admin.sourced import SourcedRows
from crm.models import Company


@admin.register(Company)
class CompanyAdmin(PickedClocks, SourcedRows, admin.ModelAdmin[Company]):
    list_display = ("name", "domain", "industry", "size_band", "region", "source")
    list_filter = ("size_band", "source", "industry")
    search_fields = ("folded",)  # and what get_search_results adds
    ordering = ("name", "pk")
    fields = ("name", "domain", "industry", "size_band", "region", "timezone", *SourcedRows.provenance)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term:
            return queryset, False
        words = Q(*(Q(folded__holds=word) for word in fold(search_term).split()))
        return queryset.filter(words | Q(external_id__icontains=search_term)), False

    def view_on_site(self, company: Company) -> str:
        return reverse("company", args=[company.pk])

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        profiles.refresh(now=clock.now(), companies=[obj.pk])
