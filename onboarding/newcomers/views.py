from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import User
from onboarding.newcomers import intake, lines
from onboarding.newcomers.forms import NewcomersForm
from onboarding.newcomers.intake import Intake
from onboarding.readers import SETS_UP


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required((*SETS_UP, "accounts.add_user"), raise_exception=True)
def welcome_several(request: HttpRequest) -> HttpResponse:
    form = NewcomersForm(request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        return render(request, "onboarding/newcomers.html", {"form": form})
    taken = _taken(request, form)
    if not (taken.refused or taken.unwritten):
        said = ngettext("A letter goes to %(count)s person.", "Letters go to %(count)s people.", taken.taken)
        messages.success(request, said % {"count": taken.taken})
        return redirect("setup")
    # Those who were taken leave the form, so that sending it again is about the others alone.
    kept = "\n".join(line.text for line, _reason in taken.refused)
    form = NewcomersForm(initial={**form.cleaned_data, "people": kept})
    return render(request, "onboarding/newcomers.html", {"form": form, "intake": taken})


def _taken(request: HttpRequest, form: NewcomersForm) -> Intake:
    wanted = {name: form.cleaned_data[name] for name in ("role", "team", "language")}
    by, written = cast(User, request.user), lines.read(form.cleaned_data["people"])
    taken = intake.take(written, **wanted, by=by, now=clock.now())
    people = admin.site.get_model_admin(User)
    for person in (*taken.welcomed, *(person for person, _reason in taken.unwritten)):
        people.log_addition(request, person, _("Added."))
    return taken
