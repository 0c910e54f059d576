from contextlib import suppress
from typing import cast

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import clock
from accounts.admin.history import ReadOnly
from accounts.models import User
from crm import merges
from crm.models import Contact, Merge


def undo_of_today(request: HttpRequest, chosen: Q) -> list[Merge]:
    """Undo those of `chosen` that can be undone, the latest first; say how many they were and return them."""
    undone = []
    for done in Merge.objects.standing().filter(chosen).select_related("survivor", "absorbed").order_by("-pk"):
        with suppress(merges.CannotUndo):
            merges.undo(done, by=cast(User, request.user))
            undone.append(done)
    said = ngettext("%(count)d merge was undone.", "%(count)d merges were undone.", len(undone))
    messages.info(request, said % {"count": len(undone)})
    return undone


@admin.register(Merge)
class MergeAdmin(ReadOnly, admin.ModelAdmin[Merge]):
    """Which records were made one, by whom, and until when that can be undone."""

    list_display = ("kept_record", "merged_record", "at", "by", "standing", "undone_by")
    list_display_links = ("at",)
    list_filter = ("at",)
    list_select_related = ("survivor", "absorbed", "by", "undone_by")
    search_fields = ("survivor__folded", "absorbed__folded", "survivor__external_id", "absorbed__external_id")
    search_help_text = _("Name, e-mail address, phone or external ID")
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("undo",)
    fields = ("kept_record", "merged_record", "at", "by", "standing", "undone_at", "undone_by")

    @admin.display(description=_("stays"))
    def kept_record(self, done: Merge) -> str:
        return _linked(done.survivor)

    @admin.display(description=_("is absorbed"))
    def merged_record(self, done: Merge) -> str:
        return _linked(done.absorbed)

    @admin.display(description=_("state"))
    def standing(self, done: Merge) -> str:
        if done.undone_at:
            return str(_("undone"))
        return str(_("can be undone") if done.undone_until > clock.now() else _("final"))

    @admin.action(description=_("Undo the selected merges"), permissions=["merge"])
    def undo(self, request: HttpRequest, queryset: QuerySet[Merge]) -> None:
        for done in undo_of_today(request, Q(pk__in=queryset)):
            self.log_change(request, done, str(_("Merge undone.")))

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("crm.merge_contacts")


def _linked(contact: Contact) -> str:
    page = reverse("admin:crm_contact_change", args=[contact.pk])
    return format_html('<a href="{}">{}</a> #{}', page, contact, contact.pk)
