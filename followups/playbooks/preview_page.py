"""What the playbooks would have done over the last weeks, before they are saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from followups.models import Playbook
from followups.playbooks import workload
from followups.playbooks.forms import PlaybookForm
from followups.playbooks.rules import Playbooks
from followups.playbooks.workload import Workload

# Routed within a request, so the page must come before the web server gives up.
MOST_ANSWERS = 60_000
BAR, GAP, HEIGHT = 10, 2, 120


@dataclass(frozen=True)
class WorkBar:
    """The follow-ups of one day in the chart; `height` in units of the drawing."""

    day: date
    followups: int
    x: int
    height: float

    @property
    def y(self) -> float:
        return HEIGHT - self.height


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, playbook_id: int | None = None) -> HttpResponse:
    """Show the work that the active playbooks make; a form that is sent stands in for the playbook, or beside them."""
    if not request.user.has_perm("followups.view_playbook"):
        raise PermissionDenied
    playbook = get_object_or_404(Playbook, pk=playbook_id) if playbook_id else None
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": Playbook._meta,
        "title": _("Preview"),
        "playbook": playbook,
        "days": workload.DAYS,
        "most": MOST_ANSWERS,
    }
    form = PlaybookForm(request.POST, instance=playbook) if request.method == "POST" else None
    if form is not None and not form.is_valid():
        return render(request, "admin/followups/playbook/preview.html", context | {"form": form})
    return render(request, "admin/followups/playbook/preview.html", context | _previewed(form))


def _previewed(form: PlaybookForm | None) -> dict[str, Any]:
    now = clock.now()
    found = workload.answers_of(now - timedelta(days=workload.DAYS), now).count()
    if found > MOST_ANSWERS:
        return {"too_many": found}
    run = workload.workload(_with(form), now=now)
    laid_out = bars(run)
    return {
        "run": run,
        "unsaved": form is not None,
        "rows": run.followed,
        "bars": laid_out,
        "width": len(laid_out) * (BAR + GAP),
        "height": HEIGHT,
        "bar": BAR,
    }


def _with(form: PlaybookForm | None) -> Playbooks:
    """Return the active playbooks, with the one in the form in place of what is saved of it."""
    saved = Playbooks.active()
    if form is None:
        return saved
    edited = form.rule()
    others = [rule for rule in saved.rules if rule.playbook.pk != edited.playbook.pk]
    return Playbooks.of([*others, edited] if edited.playbook.is_active else others)


def bars(run: Workload) -> Sequence[WorkBar]:
    """Lay the days out side by side, those without work too; the tallest fills the height."""
    if not run.days:
        return []
    scale, first = HEIGHT / max(run.busiest, 1), min(run.days)
    days = [first + timedelta(days=number) for number in range((max(run.days) - first).days + 1)]
    return [
        WorkBar(day, run.days[day], number * (BAR + GAP), round(run.days[day] * scale, 2))
        for number, day in enumerate(days)
    ]
