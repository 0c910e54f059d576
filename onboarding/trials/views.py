from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.models import User
from onboarding.models import Trial
from onboarding.readers import READS
from onboarding.trials import dispatch, first_survey, outcome
from onboarding.trials.forms import FirstSurveyForm, TrialForm
from surveys.models import Survey, SurveyVersion

# The page asks again on its own while something may still happen soon.
WATCHED = timedelta(hours=1)
SHOWN = 20
NOTHING_NEW = HTTPStatus.NO_CONTENT


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(READS, raise_exception=True)
def show_trials(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    form = _form(person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (trial := _sent(form, person)):
        return redirect(trial)
    trials = Trial.objects.of(person).select_related("version__survey", "message").order_by("-asked_at", "-pk")
    content = {
        "form": form,
        "is_first": isinstance(form, FirstSurveyForm),
        "may_make": not isinstance(form, FirstSurveyForm) or first_survey.may_make(person),
        "trials": trials[:SHOWN],
        "person": person,
    }
    return render(request, "onboarding/trials/trials.html", content)


@require_safe
@never_cache
@permission_required(READS, raise_exception=True)
def show_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what became of a trial; a page that asks whether there is news is told of nothing else."""
    person, now = cast(User, request.user), clock.now()
    known = ("asker__team__lead", "version__survey__brand", "message")
    trial = get_object_or_404(Trial.objects.of(person).select_related(*known), pk=pk)
    news = _news(trial)
    if request.htmx and request.GET.get("seen") == news:  # type: ignore[attr-defined]  # by its middleware
        return HttpResponse(status=NOTHING_NEW)
    content: dict[str, Any] = {
        "trial": trial,
        "news": news,
        "is_watched": trial.finished_at is None and now - trial.asked_at < WATCHED,
        "has_expired": trial.has_expired(now),
    }
    if trial.score is not None and trial.answered_at is not None:
        content["outcome"] = outcome.of(trial, trial.score, trial.answered_at)
    template = "_trial" if request.htmx else "trial"  # type: ignore[attr-defined]
    return render(request, f"onboarding/trials/{template}.html", content)


def _form(person: User, typed: Any) -> TrialForm | FirstSurveyForm:
    """Return the form to send a survey, or to make the first one where there is none."""
    wanted = TrialForm if Survey.objects.in_use().exists() else FirstSurveyForm
    return wanted(typed, person=person)


def _sent(form: TrialForm | FirstSurveyForm, person: User) -> Trial | None:
    """Send what a valid form says; None where it cannot go, which the form then tells."""
    try:
        version = _version(form, person)
        return dispatch.send(asker=person, version=version, language=form.cleaned_data["language"])
    except forms.ValidationError as refusal:
        form.add_error(None, refusal)
    except dispatch.NoAddress:
        form.add_error(None, _("Your login has no e-mail address. Have an administrator write it into your account."))
    except dispatch.TooManyTrials as refusal:
        again = time_format(localtime(refusal.again_at), "TIME_FORMAT")
        form.add_error(
            None,
            _("You have sent %(most)s letters within an hour. You can send the next one at %(time)s.")
            % {"most": dispatch.MOST, "time": again},
        )
    return None


def _version(form: TrialForm | FirstSurveyForm, person: User) -> SurveyVersion:
    if isinstance(form, TrialForm):
        return cast(SurveyVersion, form.cleaned_data["version"])
    if not first_survey.may_make(person):
        raise forms.ValidationError(_("There is no survey yet, and you may not make one. Ask an administrator."))
    return first_survey.make(brand_name=form.cleaned_data.get("brand_name", ""), language=form.cleaned_data["language"])


def _news(trial: Trial) -> str:
    """Return what the page shows, in short: another word means that there is something new."""
    status = trial.message.status if trial.message else ""
    moments = (trial.opened_at, trial.answered_at, trial.finished_at)
    return "-".join([status, str(trial.score), *("1" if moment else "0" for moment in moments)])
