"""Code pools in the administration: codes go in and are counted."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Kept, Setting
from followups.compensations import codes
from followups.compensations.codes import TakenIn
from followups.compensations.pool_form import CodePoolForm
from followups.models import CodePool

# So many rows of a file are named in a message.
MOST_ROWS_NAMED = 20


class CodePoolAdmin(Setting, Kept, admin.ModelAdmin[CodePool]):
    """Codes go in and are counted; nobody reads them here."""

    form = CodePoolForm
    list_display = ["name", "kind", "amount", "currency", "expires_on", "left", "given", "is_active"]
    list_filter = ["is_active", "kind"]
    search_fields = ["name"]
    ordering = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "is_active"]}),
        (_("What one code is"), {"fields": ["kind", "amount", "currency", "expires_on"]}),
        (
            _("Codes"),
            {
                "fields": ["file", "secret_codes", "few"],
                "description": _("Each code is given once. What was put in cannot be read or taken out here."),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CodePool]:
        counted: QuerySet[CodePool] = super().get_queryset(request).counted()  # type: ignore[attr-defined]
        return counted

    @admin.display(description=_("left"))
    def left(self, pool: CodePool) -> str:
        left: int = vars(pool)["left"]
        return gettext("%(left)d, few") % {"left": left} if left <= pool.few and pool.is_active else f"{left}"

    @admin.display(description=_("given"))
    def given(self, pool: CodePool) -> int:
        return int(vars(pool)["given"])

    def save_model(self, request: HttpRequest, obj: CodePool, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not form.text:
            return
        try:
            self._tell(request, codes.take_in(obj, form.text))
        except ValueError as refusal:
            messages.error(request, str(refusal))

    def _tell(self, request: HttpRequest, done: TakenIn) -> None:
        """Say what became of the rows that were sent; by their numbers, for codes are secrets."""
        taken = ngettext("%(count)d code is new.", "%(count)d codes are new.", done.taken) % {"count": done.taken}
        messages.success(request, taken)
        if done.repeated:
            rows = _listed(done.repeated)
            messages.warning(
                request, gettext("Left out, for they were there before or stand twice: %(rows)s.") % {"rows": rows}
            )
        for fault in dict.fromkeys(done.bad.values()):
            rows = _listed([row for row, said in done.bad.items() if said == fault])
            messages.warning(request, gettext("Left out, %(fault)s: %(rows)s.") % {"fault": fault, "rows": rows})


def _listed(rows: Sequence[int]) -> str:
    """Return the numbers of rows as a sentence lists them, the first of many."""
    listed = ", ".join(map(str, rows[:MOST_ROWS_NAMED]))
    named = ngettext("row %(rows)s", "rows %(rows)s", len(rows)) % {"rows": listed}
    more = len(rows) - MOST_ROWS_NAMED
    return named + (" " + ngettext("and %(more)d more", "and %(more)d more", more) % {"more": more} if more > 0 else "")
