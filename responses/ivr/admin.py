from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import clock, securitylog
from accounts.securitylog import Kind
from responses.ivr import signing
from responses.models import TelephoneDoor
from responses.ways_in_admin import WayInAdmin, WayInForm


class TelephoneDoorForm(WayInForm[TelephoneDoor]):
    language_when_empty = _("Empty: that of the survey.")

    class Meta:
        model = TelephoneDoor
        fields = ("survey", "product", "channel", "place", "campaign", "manager", "team", "language", "is_active")


@admin.register(TelephoneDoor)
class TelephoneDoorAdmin(WayInAdmin[TelephoneDoor]):
    form = TelephoneDoorForm
    list_display = ("name", "survey", "channel", "campaign", "product", "is_active")
    search_fields = ("entry__name", "campaign")
    readonly_fields = ("address",)
    actions = ("draw_secret",)
    fieldsets = (
        (None, {"fields": ("name", "survey", "language", "is_active", "address")}),
        (
            _("What its answers are about"),
            {"fields": ("place", ("channel", "campaign"), "product", ("manager", "team"))},
        ),
    )

    def save_model(self, request: HttpRequest, obj: TelephoneDoor, form: Any, change: bool) -> None:
        secret = "" if change else signing.draw(obj, now=clock.now())
        super().save_model(request, obj, form, change)
        if secret:
            self._show(request, obj, secret)

    @transaction.atomic
    @admin.action(description=_("Draw a new secret; the one before is taken for a day"), permissions=["change"])
    def draw_secret(self, request: HttpRequest, chosen: QuerySet[TelephoneDoor]) -> None:
        for door in chosen.select_for_update(of=("self",)):
            secret = signing.draw(door, now=clock.now())
            door.save(update_fields=["secret", "earlier_secret", "earlier_until"])
            subject = f"responses.TelephoneDoor {door.pk}: {door}"
            securitylog.note(Kind.SETTING_CHANGED, subject=subject, deed="changed", fields=["secret"])
            self._show(request, door, secret)

    @admin.display(description=_("address"))
    def address(self, door: TelephoneDoor) -> str:
        return door.url if door.pk else str(_("After saving."))

    def _show(self, request: HttpRequest, door: TelephoneDoor, secret: str) -> None:
        said = gettext("The secret of %(name)s, shown this once: %(secret)s") % {"name": door, "secret": secret}
        messages.warning(request, said)
