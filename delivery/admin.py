from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from delivery import services
from delivery.models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin[Message]):
    """What was sent is history: it can be read and tried again, not changed."""

    list_display = ("to_address", "purpose", "medium", "status", "attempts", "send_after", "sent_at", "reason")
    list_filter = ("status", "medium", "purpose", "objection", "created_at")
    search_fields = ("to_address", "to_name", "idempotency_key", "provider_id")
    search_help_text = _("Address, name, idempotency key or provider's ID")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("try_again",)

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

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        """Let the action through, but give no single message a form to save."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Message | None = None) -> list[Any]:
        return [field.name for field in Message._meta.fields]
