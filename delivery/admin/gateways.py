import uuid
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.history import ReadOnly
from accounts.admin.kept import Setting
from delivery import services
from delivery.media.sms import trial
from delivery.media.sms.forms import TextGatewayForm
from delivery.models import IncomingText, TextGateway


@admin.register(TextGateway)
class TextGatewayAdmin(Setting, admin.ModelAdmin[TextGateway]):
    """Who sends text messages for us, and whether that works."""

    form = TextGatewayForm
    list_display = ("name", "is_active", "error", "provider", "sender", "price", "sent_at", "failed_at")
    list_filter = ("is_active", "provider")
    search_fields = ("name", "sender")
    ordering = ("name",)
    readonly_fields = ("status_door", "reply_door", "sent_at", "failed_at", "error")
    fieldsets = (
        (None, {"fields": ("name", "provider", "sender", "account", "secret", "is_active", "test_to")}),
        (_("What it carries"), {"fields": ("brands", "price", "takes_replies")}),
        ("Viber", {"fields": ("viber_sender", "viber_minutes", "viber_has_button", "viber_price")}),
        (_("Its addresses here"), {"fields": ("status_door", "reply_door")}),
        (_("Another provider"), {"classes": ("collapse",), "fields": ("recipe", "settings")}),
        (_("How it goes"), {"fields": ("sent_at", "failed_at", "error")}),
    )
    actions = ("renew_doors",)

    @admin.display(description=_("hears of delivery at"))
    def status_door(self, gateway: TextGateway) -> str:
        return _address("sms:status", gateway)

    @admin.display(description=_("takes answers at"))
    def reply_door(self, gateway: TextGateway) -> str:
        return _address("sms:reply", gateway)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        number = form.cleaned_data.get("test_to")
        if not number:
            return
        if not form.instance.is_active:
            messages.warning(request, gettext("No test was sent: this gateway is not active."))
            return
        queued = services.queue([trial.message_for(form.instance, number, key=uuid.uuid4().hex)])
        for message in queued:
            page = reverse("admin:delivery_message_change", args=[message.pk])
            said = gettext('A test is on its way. <a href="{page}">See what became of it</a>.')
            messages.info(request, format_html(said, page=page))

    @admin.action(description=_("Renew the addresses of the selected gateways"), permissions=["change"])
    def renew_doors(self, request: HttpRequest, queryset: QuerySet[TextGateway]) -> None:
        queryset.update(door=F("door") + 1)
        messages.warning(request, gettext("The old addresses lead nowhere now. Give the provider the new ones."))


@admin.register(IncomingText)
class IncomingTextAdmin(ReadOnly, admin.ModelAdmin[IncomingText]):
    """Texts that answer nothing of ours; the others are where their customers are."""

    list_display = ("from_number", "at", "became", "text", "gateway", "bot")
    list_filter = ("became", "gateway", "bot", "arrived_at")
    list_select_related = ("gateway", "bot__brand")
    search_fields = ("=from_number",)
    search_help_text = _("Number, with + and the country code")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingText]:
        return super().get_queryset(request).filter(answers__isnull=True)


def _address(name: str, gateway: TextGateway) -> str:
    if not gateway.pk:
        return gettext("It stands here once the gateway is saved.")
    return format_html("<code>{}</code>", settings.BASE_URL + reverse(name, args=[gateway.pk, gateway.door_token]))
