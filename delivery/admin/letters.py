from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.history import ReadOnly
from delivery.models import IncomingLetter


@admin.register(IncomingLetter)
class IncomingLetterAdmin(ReadOnly, admin.ModelAdmin[IncomingLetter]):
    """Letters that answer nothing of ours and lie in no mailbox; the others are where their customers are."""

    list_display = ("from_address", "subject", "at", "source")
    list_filter = ("arrived_at",)
    search_fields = ("from_address", "subject")
    search_help_text = _("Address or subject")
    fields = ("from_address", "from_name", "subject", "text", "folded", "attachments", "source", "message_id", "at")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingLetter]:
        return super().get_queryset(request).filter(answers__isnull=True)
