from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.cells import NamedCells
from accounts.admin.kept import Setting
from crm.admin.sourced import SourcedRows
from crm.models import Channel, ExchangeRate, Product


class CatalogueAdmin(NamedCells, SourcedRows, admin.ModelAdmin[Any]):
    list_display = ("name", "is_active", "source", "external_id")
    list_editable = ("is_active",)
    list_filter = ("is_active", "source")
    search_fields = ("name", "external_id")
    ordering = ("name", "pk")
    fields = ("name", "is_active", *SourcedRows.provenance)


@admin.register(Product)
class ProductAdmin(CatalogueAdmin):
    pass


@admin.register(Channel)
class ChannelAdmin(CatalogueAdmin):
    pass


class ExchangeRateForm(forms.ModelForm[ExchangeRate]):
    def clean_rate(self) -> Decimal:
        rate: Decimal = self.cleaned_data["rate"]
        if rate <= 0:
            raise forms.ValidationError(_("A rate is above 0: so much of our money for one unit of the other."))
        return rate


@admin.register(ExchangeRate)
class ExchangeRateAdmin(Setting, admin.ModelAdmin[ExchangeRate]):
    form = ExchangeRateForm
    list_display = ("currency", "day", "rate")
    list_filter = ("currency",)
    date_hierarchy = "day"
    ordering = ("-day", "currency")
