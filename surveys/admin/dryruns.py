"""What a trigger would have done over the last weeks, and what a wave would do in its next round."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts import clock, dates
from accounts.media import Medium
from accounts.models import Organisation
from delivery import media
from surveys.audiences.segments import UnreadableSegment
from surveys.judging import dryrun, reasons, wave_dryrun
from surveys.judging.case import Policy
from surveys.judging.dryrun import DryRun, PlannedDay
from surveys.judging.facts import policy_of
from surveys.letters import text_samples
from surveys.models import AskingPolicy, Survey, SurveyVersion, Trigger, Wave
from surveys.sendwindow import NeverOpens

UNREADABLE = _("The segment cannot be read any more: choose its conditions anew. Until then nobody is asked.")
NEVER_OPENS = _("The send window never opens, so that nobody is asked.")
# Judged within a request, so the page must come before the web server gives up.
MOST_ASKS = 150_000
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
    said = {
        "intro": _(
            "Replays the touchpoints of the last %(days)s days through the trigger as it is saved, switched on, and the"
            " policy below. Nobody is asked and nothing is saved."
        )
        % {"days": dryrun.DAYS},
        "heading": _("What would have happened"),
        "counted": _("Touchpoints"),
    }
    return _page(request, trigger, said, partial(_replayed, trigger))


@require_http_methods(["GET", "POST"])
def dry_run_of_wave(request: HttpRequest, wave_id: int) -> HttpResponse:
    if not request.user.has_perm("surveys.view_wave"):
        raise PermissionDenied
    wave = get_object_or_404(Wave.objects.select_related("survey__brand", "segment"), pk=wave_id)
    first, last = wave_dryrun.days_ahead(wave, clock.now())
    said = {
        "intro": _(
            "Judges everybody whose turn comes from %(first)s to %(last)s, by what is known today, the wave as it is"
            " saved and switched on, and the policy below. Nobody is asked and nothing is saved."
        )
        % {"first": dates.day(first), "last": dates.day(last)},
        "heading": _("What would happen"),
        "counted": _("Customers whose turn comes"),
    }
    return _page(request, wave, said, partial(_judged_ahead, wave))


def _page(
    request: HttpRequest,
    asker: Trigger | Wave,
    said: dict[str, Any],
    tried: Callable[[Policy, datetime], dict[str, Any]],
) -> HttpResponse:
    """Show the form, and once it is sent what `tried` returns under the policy of the form."""
    form = DryRunForm(request.POST if request.method == "POST" else None, instance=AskingPolicy.current())
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        **said,
        "opts": asker._meta,
        "title": _("Dry run"),
        "asker": asker,
        "form": form,
    }
    if form.is_bound and form.is_valid():
        context |= tried(policy_of(form.save(commit=False)), clock.now())
    return render(request, "admin/surveys/dryrun/dry_run.html", context)


def _replayed(trigger: Trigger, policy: Policy, now: datetime) -> dict[str, Any]:
    found = dryrun.touchpoints_of(trigger, now - timedelta(days=dryrun.DAYS), now).count()
    if found > MOST_ASKS:
        trouble = _(
            "There are %(too_many)s touchpoints; at most %(most)s can be replayed on a page. Narrow the trigger down."
        )
        return {"trouble": trouble % {"too_many": found, "most": MOST_ASKS}}
    return laid_out(dryrun.dry_run(trigger, policy, now=now), trigger.survey)


def _judged_ahead(wave: Wave, policy: Policy, now: datetime) -> dict[str, Any]:
    try:
        turns = wave_dryrun.turns_ahead(wave, now=now)
    except UnreadableSegment:
        return {"trouble": UNREADABLE}
    except NeverOpens:
        return {"trouble": NEVER_OPENS}
    if len(turns) > MOST_ASKS:
        trouble = _("There are %(found)s customers; at most %(most)s can be judged on a page. Narrow the wave down.")
        return {"trouble": trouble % {"found": len(turns), "most": MOST_ASKS}}
    return laid_out(wave_dryrun.dry_run(wave, policy, turns, now=now), wave.survey)


def laid_out(run: DryRun, survey: Survey) -> dict[str, Any]:
    return {
        "run": run,
        "media": by_medium(run, survey),
        "refusals": in_words(run.refused),
        "delays": in_words(run.deferred),
        "rows": [(day, in_words(day.refused), in_words(day.deferred)) for day in run.days],
        "bars": bars(run),
        "width": len(run.days) * (BAR + GAP),
        "height": HEIGHT,
        "bar": BAR,
    }


@dataclass(frozen=True)
class ByMedium:
    """How many a dry run asks first by one medium, and about what that costs; `cost` is None where it costs nothing."""

    medium: str
    number: int
    cost: Decimal | None = None
    currency: str = ""


def by_medium(run: DryRun, survey: Survey) -> list[ByMedium]:
    """Return the media of a dry run, the most used first; texts are priced by the newest wording as it is sent."""
    prices = {medium: price for medium in run.media if (price := _price(medium, survey))}
    currency = Organisation.current().currency if prices else ""
    return [
        ByMedium(str(Medium(medium).label), number, prices[medium] * number, currency)
        if medium in prices
        else ByMedium(str(Medium(medium).label), number)
        for medium, number in run.media.most_common()
    ]


def _price(medium: str, survey: Survey) -> Decimal | None:
    """Return about what one ask of a survey costs by a medium."""
    if medium != Medium.SMS:
        return media.transport_of(medium).price_of(survey.brand_id)
    version = SurveyVersion.objects.latest_of(survey.pk)
    return text_samples.price_of_ask(version, survey.default_language) if version else None


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
