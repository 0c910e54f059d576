from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from responses.models import OpenLink
from responses.open_links.staff_pages import KINDS, SHEETS
from responses.ways_in_admin import WayInAdmin, WayInForm


class OpenLinkForm(WayInForm[OpenLink]):
    language_when_empty = _("Empty: that of the visitor’s browser, where the brand speaks it.")

    class Meta:
        model = OpenLink
        fields = (
            "survey", "product", "channel", "place", "campaign", "manager", "team", "language", "asks_details",
            "again_after_days", "crowd", "is_active", "ends_at",
        )  # fmt: skip


@admin.register(OpenLink)
class OpenLinkAdmin(WayInAdmin[OpenLink]):
    form = OpenLinkForm
    list_display = ("name", "survey", "place", "channel", "campaign", "product", "address", "is_active", "ends_at")
    search_fields = ("entry__name", "place", "campaign", "code")
    readonly_fields = ("address", "downloads")
    fieldsets = (
        (None, {"fields": ("name", "survey", "language", ("is_active", "ends_at"))}),
        (_("To share and to print"), {"fields": ("address", "downloads")}),
        (
            _("What its answers are about"),
            {"fields": ("place", ("channel", "campaign"), "product", ("manager", "team"))},
        ),
        (_("Who may answer"), {"fields": ("asks_details", "again_after_days", "crowd")}),
    )

    @admin.display(description=_("address"))
    def address(self, link: OpenLink) -> str:
        return format_html('<a href="{0}">{0}</a>', link.url) if link.pk else "–"

    @admin.display(description=_("code and sheets"))
    def downloads(self, link: OpenLink) -> str:
        if not link.pk:
            return str(_("After saving."))
        codes = [(reverse("open_link_code", args=[link.pk, kind]), f"QR · {kind.upper()}") for kind in KINDS]
        sheets = [(reverse("open_link_sheet", args=[link.pk, size]), label) for size, label in SHEETS.items()]
        return format_html_join(" · ", '<a href="{}">{}</a>', [*codes, *sheets])
