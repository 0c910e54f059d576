from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from onboarding import asking_line, circumstances, hindrances, pipeline, switch
from onboarding.readers import READS, SETS_UP
from onboarding.steps import installation
from onboarding.steps.walk import walk
from surveys import switches
from surveys.models import Survey, Trigger


@require_safe
@never_cache
@permission_required(READS, raise_exception=True)
def show_pipeline(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    known = circumstances.read(now)
    found = hindrances.find(known)
    content = {
        "known": known,
        "line": asking_line.of(known, found),
        "others": [other for other in found[1:] if other.gravity is not hindrances.Gravity.NOTED],
        "stages": pipeline.read(known, found, now),
    }
    return render(request, "onboarding/pipeline.html", content)


@require_safe
@never_cache
@permission_required(SETS_UP, raise_exception=True)
def show_setup(request: HttpRequest) -> HttpResponse:
    known = circumstances.read(clock.now())
    steps = walk(installation.read(known))
    content = {"steps": steps, "open": sum(step.is_open for step in steps), "line": asking_line.of(known)}
    return render(request, "onboarding/setup.html", content)


@require_safe
@never_cache
@permission_required(SETS_UP, raise_exception=True)
def show_card(request: HttpRequest) -> HttpResponse:
    """Show what is still to do, as a card of another page; nothing once all is done."""
    known = circumstances.read(clock.now())
    steps = walk(installation.read(known))
    still = [step for step in steps if step.is_open]
    content = {"still": still, "done": len(steps) - len(still), "all": len(steps), "line": asking_line.of(known)}
    return render(request, "onboarding/_card.html", content)


@require_POST
@permission_required((*SETS_UP, "surveys.change_trigger"), raise_exception=True)
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    trigger = get_object_or_404(Trigger.objects.filter(survey__in=Survey.objects.in_use()), pk=pk)
    if switches.Switch.WORDING in switches.off_of(trigger.survey_id):
        messages.error(request, _("It was not switched on: the wording of its survey is not published yet."))
        return redirect("setup")
    for row in switch.turn_on(trigger):
        admin.site.get_model_admin(type(row)).log_change(request, row, _("Switched on."))
    messages.success(request, _("“%(trigger)s” asks from now on.") % {"trigger": trigger})
    return redirect("setup")
