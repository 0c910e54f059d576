"""Watching numbers: begin and end it from the dashboard, read the alarms, say that one was seen."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import User
from analytics.alarms import page, series
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.readers import managers_only
from analytics.models import Alarm, WatchedSeries


class SeenForm(forms.ModelForm[Alarm]):
    class Meta:
        model = Alarm
        fields = ("note",)


@require_safe
@managers_only
def show_alarms(request: HttpRequest) -> HttpResponse:
    return render(request, "analytics/alarms.html", page.contents(cast(User, request.user)))


@require_POST
@managers_only
def watch(request: HttpRequest) -> HttpResponse:
    """Begin to watch the number that these filters show; with `stop` end it. Doing either twice changes nothing."""
    person = cast(User, request.user)
    form, zone = filled(DashboardForm, request)
    key = series.key_of(form.selection(zone)) if form.is_valid() else None
    if key is None:
        messages.error(
            request,
            _(
                "Choose invited answers of one survey or all, and at most one manager, channel or product, "
                "to watch them."
            ),
        )
    elif "stop" in request.POST:
        for row in WatchedSeries.objects.filter(**key):
            row.watchers.remove(person)
        messages.success(request, _("You are not told of this number any more."))
    else:
        row, _is_new = WatchedSeries.objects.get_or_create(**key)
        row.watchers.add(person)
        messages.success(request, _("You will be told when this number has changed for good."))
    return redirect(f"{reverse('dashboard')}?{request.GET.urlencode()}")


@require_POST
@managers_only
def stop_watching(request: HttpRequest, pk: int) -> HttpResponse:
    person = cast(User, request.user)
    get_object_or_404(series.in_reach(person), pk=pk).watchers.remove(person)
    messages.success(request, _("You are not told of this number any more."))
    return redirect("alarms")


@require_POST
@managers_only
def note_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Note who saw an alarm, once: whoever comes later finds the first one's name."""
    person = cast(User, request.user)
    alarm = get_object_or_404(Alarm, pk=pk, series__in=series.in_reach(person))
    form = SeenForm(request.POST, instance=alarm)
    if not form.is_valid():
        return render(
            request, "analytics/alarms.html", page.contents(person) | {"refused": form, "refused_pk": pk}, status=400
        )
    seen = Alarm.objects.filter(pk=pk, seen_at__isnull=True)
    if seen.update(seen_at=clock.now(), seen_by=person, note=form.cleaned_data["note"]):
        messages.success(request, _("Noted: you have seen this alarm."))
    elif alarm.seen_by_id != person.pk:
        messages.warning(request, _("Somebody saw this alarm before you. Your note was not kept: theirs stands below."))
    return redirect("alarms")
