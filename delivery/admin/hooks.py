import uuid
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Setting
from delivery import services
from delivery.media.chat import trial
from delivery.media.chat.forms import TeamHookForm
from delivery.models import TeamHook


@admin.register(TeamHook)
class TeamHookAdmin(Setting, admin.ModelAdmin[TeamHook]):
    """Where notices for a team are posted in its chat, and whether that works."""

    form = TeamHookForm
    list_display = ("team", "host", "is_active", "posted_at", "failed_at", "error")
    list_select_related = ("team",)
    list_filter = ("is_active",)
    search_fields = ("team__name",)
    ordering = ("team__name",)
    autocomplete_fields = ("team",)
    fields = ("team", "url", "chat", "is_active", "posted", "send_test", "posted_at", "failed_at", "error")
    readonly_fields = ("posted_at", "failed_at", "error")
    actions = ("send_test",)

    @admin.display(description=_("posts to"))
    def host(self, hook: TeamHook) -> str:
        return hook.host

    def save_model(self, request: HttpRequest, obj: TeamHook, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if form.wants_test():
            services.queue([trial.message_for(obj, key=uuid.uuid4().hex)])
            messages.info(request, gettext("A test is on its way. The list shows soon whether it arrived."))

    @admin.action(description=_("Send a test to the selected hooks"), permissions=["change"])
    def send_test(self, request: HttpRequest, queryset: QuerySet[TeamHook]) -> None:
        hooks = queryset.select_related("team")
        sent = len(services.queue([trial.message_for(hook, key=uuid.uuid4().hex) for hook in hooks]))
        said = ngettext("%(count)d test is on its way.", "%(count)d tests are on their way.", sent)
        messages.info(request, said % {"count": sent})
