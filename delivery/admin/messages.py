from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.history import ActedUpon
from delivery import services
from delivery.models import Message


@admin.register(Message)
class MessageAdmin(ActedUpon, admin.ModelAdmin[Message]):
    """What was sent is history: it can be read, tried again, and settled where nobody knows; not changed."""

    list_display = ("to_address", "purpose", "medium", "status", "attempts", "send_after", "sent_at", "cost", "reason")
    list_filter = ("status", "medium", "purpose", "objection", "created_at")
    search_fields = ("to_address", "to_name", "idempotency_key", "provider_id")
    search_help_text = _("Address, name, idempotency key or provider's ID")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("try_again", "confirm_sent")

    @admin.display(description=_("error"))
    def reason(self, message: Message) -> str:
        # What we say ourselves is translated; what a mail server said stays as it is.
        error = gettext(message.error) if message.error else ""
        return error if len(error) <= 120 else error[:119] + "…"

    @admin.action(description=_("Try the selected messages again"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        retried = services.retry(queryset)
        said = ngettext("%(count)d message is queued again.", "%(count)d messages are queued again.", retried)
        messages.info(request, said % {"count": retried})

    @admin.action(description=_("The selected messages of unknown fate were sent"), permissions=["change"])
    def confirm_sent(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        confirmed = services.confirm_sent(queryset)
        said = ngettext("%(count)d message counts as sent.", "%(count)d messages count as sent.", confirmed)
        messages.info(request, said % {"count": confirmed})
