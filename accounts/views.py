from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import absences, clock, company_clock, zone_names
from accounts.access.signon import rules
from accounts.forms import AbsenceForm, PersonalSettingsForm
from accounts.models import Absence, User

LONGEST_TYPED, MOST_ZONES = 100, 12


def personal_settings(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    form = PersonalSettingsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("personal_settings")
    return render(request, "accounts/settings.html", {"form": form, "has_password": rules.counts_password_of(person)})


@require_safe
def list_time_zones(request: HttpRequest) -> HttpResponse:
    """Name the time zones that what was typed is found in, the most likely first."""
    language = get_language() or "en"
    zones = zone_names.found(request.GET.get("q", "")[:LONGEST_TYPED], language)[:MOST_ZONES]
    return JsonResponse({"names": [zone_names.label(zone, language) for zone in zones]})


def show_absences(request: HttpRequest) -> HttpResponse:
    person, today = cast(User, request.user), company_clock.today(clock.now())
    form = AbsenceForm(request.POST or None, user=person, today=today)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The absence is saved."))
        return redirect("absences")
    entered = Absence.objects.may_be_changed_by(person).not_over(today).select_related("person", "deputy")
    rows = entered.distinct().order_by("first_day", "pk")
    return render(request, "accounts/absences.html", {"form": form, "rows": rows, "today": today})


@require_POST
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(Absence.objects.may_be_changed_by(cast(User, request.user)), pk=pk)
    absences.end(absence, company_clock.today(clock.now()))
    messages.success(request, _("The absence is over."))
    return redirect("absences")
