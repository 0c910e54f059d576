"""What a trigger would have done over the last weeks, before it is switched on."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from surveys.judging import dryrun, reasons
from surveys.judging.dryrun import DryRun, PlannedDay
from surveys.judging.facts import policy_of
from surveys.models import AskingPolicy, Trigger

# Replayed within a request, so the page must come before the web server gives up.
MOST_TOUCHPOINTS = 150_000
BAR, GAP, HEIGHT = 10, 2, 160


class DryRunForm(forms.ModelForm[AskingPolicy]):
    """The asking policy with other values; it is never saved."""

    class Meta:
        model = AskingPolicy
        fields = [
            "transactional_days", "relational_days", "floor_days", "days_late", "company_budget", "company_window_days",
        ]  # fmt: skip


@dataclass(frozen=True)
class DayBar:
    """One day of the chart, from the bottom up: asked, refused, put off; heights in units of the drawing."""

    day: PlannedDay
    x: int
    asked: float
    refused: float
    deferred: float

    @property
    def asked_y(self) -> float:
        return HEIGHT - self.asked

    @property
    def refused_y(self) -> float:
        return self.asked_y - self.refused

    @property
    def deferred_y(self) -> float:
        return self.refused_y - self.deferred


@require_http_methods(["GET", "POST"])
def dry_run(request: HttpRequest, trigger_id: int) -> HttpResponse:
    if not request.user.has_perm("surveys.view_trigger"):
        raise PermissionDenied
    trigger = get_object_or_404(Trigger.objects.select_related("survey"), pk=trigger_id)
    form = DryRunForm(request.POST if request.method == "POST" else None, instance=AskingPolicy.current())
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": Trigger._meta,
        "title": _("Dry run"),
        "trigger": trigger,
        "form": form,
        "days": dryrun.DAYS,
        "most": MOST_TOUCHPOINTS,
    }
    if form.is_bound and form.is_valid():
        context |= _replayed(trigger, form.save(commit=False))
    return render(request, "admin/surveys/trigger/dry_run.html", context)


def _replayed(trigger: Trigger, policy: AskingPolicy) -> dict[str, Any]:
    now = clock.now()
    found = dryrun.touchpoints_of(trigger, now - timedelta(days=dryrun.DAYS), now).count()
    if found > MOST_TOUCHPOINTS:
        return {"too_many": found}
    run = dryrun.dry_run(trigger, policy_of(policy), now=now)
    return {
        "run": run,
        "refusals": in_words(run.refused),
        "delays": in_words(run.deferred),
        "rows": [(day, in_words(day.refused), in_words(day.deferred)) for day in run.days],
        "bars": bars(run),
        "width": len(run.days) * (BAR + GAP),
        "height": HEIGHT,
        "bar": BAR,
    }


def in_words(counted: Counter[str]) -> list[tuple[str, int]]:
    """Return the reasons in plain words with their numbers, the most frequent first."""
    return [(reasons.label(code), number) for code, number in counted.most_common()]


def bars(run: DryRun) -> list[DayBar]:
    """Lay the days out side by side; the tallest fills the height."""
    totals = [day.asked + day.refused.total() + day.deferred.total() for day in run.days]
    scale = HEIGHT / max(totals, default=1)
    return [
        DayBar(
            day=day,
            x=number * (BAR + GAP),
            asked=round(day.asked * scale, 2),
            refused=round(day.refused.total() * scale, 2),
            deferred=round(day.deferred.total() * scale, 2),
        )
        for number, day in enumerate(run.days)
    ]
