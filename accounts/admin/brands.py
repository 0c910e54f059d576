from base64 import b64encode
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import logos
from accounts.admin.brand_form import BrandForm
from accounts.admin.kept import Kept, Setting
from accounts.admin.zones import ZonePickers
from accounts.models import Brand, BrandLogo


@admin.register(Brand)
class BrandAdmin(ZonePickers, Setting, Kept, admin.ModelAdmin[Brand]):
    form = BrandForm
    list_display = ("name", "slug", "sender_name", "reply_to", "base_url")
    search_fields = ("name", "slug")
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("logo_shown",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = (
        (None, {"fields": (("name", "slug"), "colour", "languages")}),
        (_("Logo"), {"fields": ("logo_shown", "new_logo", "removes_logo")}),
        (_("Sender"), {"fields": (("sender_name", "sender_address"), "reply_to")}),
        (_("Customers' pages"), {"fields": ("base_url", "offers_reviews")}),
        (_("Legal lines"), {"fields": ("postal_address", "imprint_url", "privacy_url")}),
        (_("Clock"), {"fields": ("timezone", ("opens_at", "closes_at"), "weekdays")}),
    )

    @admin.display(description=_("now"))
    def logo_shown(self, brand: Brand) -> str:
        kept = BrandLogo.objects.filter(brand=brand.pk).first() if brand.pk else None
        if kept is None:
            return format_html("{}", _("no logo: the name stands in its place"))
        width, height = logos.size(kept.name)
        return format_html(
            '<img src="data:image/png;base64,{}" alt="{}" width="{}" height="{}">',
            b64encode(kept.png).decode(),
            brand.name,
            width,
            height,
        )

    def save_model(self, request: HttpRequest, obj: Brand, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if logo := form.chosen_logo:
            BrandLogo.keep(obj, logo)
        elif form.cleaned_data.get("removes_logo"):
            BrandLogo.keep(obj, None)
