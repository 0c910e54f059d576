from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.history import ActedUpon
from accounts.nudges import nudge
from delivery.models import SetAsideMail


@admin.register(SetAsideMail)
class SetAsideMailAdmin(ActedUpon, admin.ModelAdmin[SetAsideMail]):
    """Mails and mailboxes that could not be read, and why."""

    list_display = ("source", "name", "reason", "at", "try_again")
    list_filter = ("try_again", "at")
    search_fields = ("source", "name", "reason")
    ordering = ("-at",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("read_again",)

    @admin.action(description=_("Read the selected mails again"), permissions=["change"])
    def read_again(self, request: HttpRequest, queryset: QuerySet[SetAsideMail]) -> None:
        wanted = queryset.update(try_again=True)
        nudge("delivery.read_bounces")
        said = ngettext("%(count)d mail will be read again.", "%(count)d mails will be read again.", wanted)
        messages.info(request, said % {"count": wanted})
