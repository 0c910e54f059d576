from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import clock, setaside
from accounts.admin.history import ActedUpon
from accounts.models import SetAsideRow


@admin.register(SetAsideRow)
class SetAsideRowAdmin(ActedUpon, admin.ModelAdmin[SetAsideRow]):
    """Rows that failed in a batch and stopped no other, and why."""

    list_display = ("work", "lies_in", "named", "reason", "at", "tries", "rests_until")
    list_filter = ("batch", "at")
    search_fields = ("place", "row", "reason")
    ordering = ("-at",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("try_again",)

    @admin.display(description=_("work"), ordering="batch")
    def work(self, aside: SetAsideRow) -> str:
        batch = setaside.known().get(aside.batch)
        return str(batch.label) if batch else aside.batch

    @admin.display(description=_("where"), ordering="place")
    def lies_in(self, aside: SetAsideRow) -> str:
        batch = setaside.known().get(aside.batch)
        return _named(batch.place_model if batch else None, aside.place)

    @admin.display(description=_("row"), ordering="row")
    def named(self, aside: SetAsideRow) -> str:
        batch = setaside.known().get(aside.batch)
        return _named(batch.model if batch else None, aside.row)

    @admin.action(description=_("Try the selected rows again"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[SetAsideRow]) -> None:
        wanted = setaside.try_again(queryset, now=clock.now())
        said = ngettext("%(count)d row will be tried again.", "%(count)d rows will be tried again.", wanted)
        messages.info(request, said % {"count": wanted})


def _named(model: type[Model] | None, key: str) -> str:
    """Name a row, with the way to its page where it has one."""
    if model is None or not key:
        return key
    name = f"{model._meta.verbose_name} {key}"
    try:
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])
    except NoReverseMatch:
        return name
    return format_html('<a href="{}">{}</a>', page, name)
