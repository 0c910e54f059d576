from base64 import b64encode
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import colours, logos
from accounts.admin.brand_form import BrandForm
from accounts.admin.kept import Kept, Setting
from accounts.admin.picked import PickedClocks
from accounts.models import Brand, BrandLogo


def _button(colour: str, text: str, page: str, left: int) -> str:
    return format_html(
        '<rect x="{}" width="66" height="56" fill="{}"/>'
        '<rect x="{}" y="8" width="46" height="40" rx="8" fill="{}" stroke="{}"/>'
        '<text x="{}" y="34" text-anchor="middle" font-size="18" font-weight="bold" fill="{}">9</text>',
        *(left, page, left + 10, colour, colours.edge(colour, page), left + 33, text),
    )


@admin.register(Brand)
class BrandAdmin(PickedClocks, Setting, Kept, admin.ModelAdmin[Brand]):
    form = BrandForm
    list_display = ("name", "slug", "sender_name", "reply_to", "base_url")
    search_fields = ("name", "slug")
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("logo_shown", "button_shown")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = (
        (None, {"fields": (("name", "slug"), ("colour", "button_shown"), "languages")}),
        (_("Logo"), {"fields": ("logo_shown", "new_logo", "removes_logo")}),
        (_("Sender"), {"fields": (("sender_name", "sender_address"), "reply_to")}),
        (_("Customers' pages"), {"fields": ("base_url", "short_url", "offers_reviews")}),
        (_("Legal lines"), {"fields": ("postal_address", "imprint_url", "privacy_url")}),
        (_("Clock"), {"fields": ("timezone", ("opens_at", "closes_at"), "weekdays")}),
    )

    @admin.display(description=_("on a button"))
    def button_shown(self, brand: Brand) -> str:
        """Show a button of the saved colour as customers get it, on a light page and a dark one."""
        text = colours.text_on(brand.colour)
        read = _("The text has a contrast of %(contrast)s : 1; 4.5 can be read by everybody.")
        edged = _("The colour is close to that of a light or a dark page, so that buttons have an edge there.")
        stands_out = all(colours.stands_out(brand.colour, page) for page in (colours.WHITE, colours.DARK_SURFACE))
        return format_html(
            '<svg width="132" height="56" aria-hidden="true">{}{}</svg><br>{} {}',
            _button(brand.colour, text, colours.WHITE, 0),
            _button(brand.colour, text, colours.DARK_SURFACE, 66),
            read % {"contrast": localize(round(colours.contrast(brand.colour, text), 1))},
            "" if stands_out else edged,
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
