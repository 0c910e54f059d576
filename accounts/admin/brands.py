from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Kept, Setting
from accounts.admin.zones import ZonePickers
from accounts.models import Brand


@admin.register(Brand)
class BrandAdmin(ZonePickers, Setting, Kept, admin.ModelAdmin[Brand]):
    list_display = ("name", "slug", "sender_name", "reply_to", "base_url")
    search_fields = ("name", "slug")
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = (
        (None, {"fields": (("name", "slug"), "colour", "languages")}),
        (_("Sender"), {"fields": (("sender_name", "sender_address"), "reply_to")}),
        (_("Customers' pages"), {"fields": ("base_url", "offers_reviews")}),
        (_("Legal lines"), {"fields": ("postal_address", "imprint_url", "privacy_url")}),
        (_("Clock"), {"fields": ("timezone", ("opens_at", "closes_at"), "weekdays")}),
    )
