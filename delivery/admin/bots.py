from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.admin.kept import Kept, Setting
from delivery.media.telegram import hearing, joining
from delivery.media.telegram.forms import TelegramBotForm
from delivery.models import TelegramBot


@admin.register(TelegramBot)
class TelegramBotAdmin(Kept, Setting, admin.ModelAdmin[TelegramBot]):
    """The bots by which brands ask in chats, and whether that works."""

    form = TelegramBotForm
    list_display = ("__str__", "brand", "is_active", "error", "hearing", "heard_at", "sent_at")
    list_filter = ("is_active",)
    list_select_related = ("brand",)
    ordering = ("brand__name",)
    readonly_fields = ("in_telegram", "hearing", "heard_at", "sent_at", "failed_at", "error")
    fieldsets = (
        (None, {"fields": ("brand", "token", "is_active")}),
        (_("How it goes"), {"fields": ("in_telegram", "hearing", "heard_at", "sent_at", "failed_at", "error")}),
    )
    actions = ("connect_again",)

    @admin.display(description=_("in Telegram"))
    def in_telegram(self, bot: TelegramBot) -> str:
        if not bot.username:
            return gettext("It stands here once Telegram knows the token.")
        return format_html('<a href="{0}">{0}</a>', joining.home(bot))

    def save_model(self, request: HttpRequest, obj: TelegramBot, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.is_active and (not change or form.is_connected_anew()):
            self._connect(request, obj)

    @admin.action(description=_("Connect the selected bots again"), permissions=["change"])
    def connect_again(self, request: HttpRequest, queryset: QuerySet[TelegramBot]) -> None:
        # Whoever knows what Telegram said until now may not speak for it any more.
        queryset.update(door=F("door") + 1)
        for bot in queryset.filter(is_active=True):
            self._connect(request, bot)

    def _connect(self, request: HttpRequest, bot: TelegramBot) -> None:
        try:
            hearing.connect(bot)
        except hearing.FAULTS as error:
            bot.mark_failed(str(error), at=clock.now())
            said = gettext("The bot is saved, but Telegram did not answer well: %(reason)s. Connect it again later.")
            messages.error(request, said % {"reason": error})
            return
        bot.save()
        said = gettext('Connected. To try it, open <a href="{link}">{link}</a> and press Start: it answers.')
        messages.success(request, format_html(said, link=joining.home(bot)))
