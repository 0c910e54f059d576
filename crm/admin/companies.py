from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from accounts import clock
from crm import profiles
from crm.admin.sourced import SourcedRows
from crm.models import Company


@admin.register(Company)
class CompanyAdmin(SourcedRows, admin.ModelAdmin[Company]):
    list_display = ("name", "domain", "industry", "size_band", "region", "source")
    list_filter = ("size_band", "source", "industry")
    search_fields = ("name", "domain", "external_id")
    ordering = ("name", "pk")
    fields = ("name", "domain", "industry", "size_band", "region", "timezone", *SourcedRows.provenance)

    def view_on_site(self, company: Company) -> str:
        return reverse("company", args=[company.pk])

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        profiles.refresh(now=clock.now(), companies=[obj.pk])
