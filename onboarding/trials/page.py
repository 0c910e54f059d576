"""The survey page of a trial: the page that customers get, with a banner, and what is answered stays with the trial.

As there, looking answers nothing, for mail gateways open every link; only the person's own submit does.
"""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, visitors
from accounts.customerlanguages import spoken
from onboarding.models import Trial
from onboarding.trials import letter
from responses.evidence.assessment import Act, weigh
from responses.page import forms, links, offers, steps, unasked, views
from responses.page.forms import PageStep, Submission
from responses.page.houses import House
from responses.page.signs import sign
from responses.page.unasked import SaidBefore


# No CSRF check: the unguessable token in the address is the permission, and there is no cookie to misuse.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def show_survey(request: HttpRequest, token: str, *, is_decoy: bool = False) -> HttpResponse:
    now = clock.now()
    trial = _found(token)
    if trial is None:
        return views.unknown(request)
    if trial.has_expired(now):
        return _expired(request, trial)
    form = Submission.of_request(request, trial.scale)
    assessment = weigh(_act(request, form, now, is_decoy=is_decoy))
    if form is None:
        if not assessment.is_machine:
            trial.open(now)
    elif not form.switch_to and not assessment.is_held:
        _take(trial, form, now)
    return views.page(_step(request, trial, form, now, is_held=assessment.is_held))


# The letter carries this link where no person can see it. Whoever follows it all the same gets the survey.
@login_not_required
@csrf_exempt
@require_safe
@sensitive_variables("token")
def show_decoy(request: HttpRequest, token: str) -> HttpResponse:
    return show_survey(request, token, is_decoy=True)


# A mail program posts here where its reader presses “Unsubscribe”. Nobody is unsubscribed: it is a test.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def show_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    trial = _found(token)
    if trial is None:
        return views.unknown(request)
    brand = trial.version.survey.brand
    with spoken.speaking(letter.language_of_notes(trial, trial.language)):
        content = {
            "language": trial.language,
            "brand": brand.name,
            "sign": sign(brand.name, brand.logo),
            "brand_css": steps.brand_css(brand.colour),
            "survey": reverse("trial_survey", args=[token]),
        }
        return views.page(render_to_string("onboarding/trials/unsubscribe.html", content))


def _found(token: str) -> Trial | None:
    if len(token) > links.LONGEST_TOKEN:
        return None
    return Trial.objects.of_link(token).select_related("asker", "version__survey__brand").first()


def _expired(request: HttpRequest, trial: Trial) -> HttpResponse:
    brand = trial.version.survey.brand
    language = views.visitors_language(request, trial.language)
    return views.page(
        steps.closed("expired", language, House(brand.name, brand.colour, logo=brand.logo)), HTTPStatus.GONE
    )


def _act(request: HttpRequest, form: Submission | None, now: datetime, *, is_decoy: bool) -> Act:
    return Act(
        method=request.method or "",
        family=visitors.family(request.META.get("HTTP_USER_AGENT", "")),
        scripted=form is not None and form.scripted,
        gesture=form.gesture if form else "",
        since_shown=form.since_shown(now) if form else None,
        is_decoy=is_decoy,
    )


def _take(trial: Trial, form: Submission, now: datetime) -> None:
    """Keep what was submitted; submitting it again changes nothing."""
    if form.step is PageStep.SCORE and form.score is not None:
        trial.answer(form.score, now)
    elif form.step is PageStep.WHY:
        known = dict(offers.offered(trial.language))
        topics = [topic for topic in form.topic_ids if topic in known]
        trial.finish({"comment": form.comment, "topics": topics}, now)


def _step(request: HttpRequest, trial: Trial, form: Submission | None, now: datetime, *, is_held: bool) -> str:
    brand = trial.version.survey.brand
    chosen = (form.switch_to or form.language) if form else forms.language_of(request.GET.get("language"))
    language = chosen if chosen in brand.languages else trial.language
    asked_for = form.score if form else forms.score_of(request.GET.get("score"), trial.scale)
    with spoken.speaking(language):
        once_more = _("Please press the button once more, so that we know it was you.")
    with spoken.speaking(letter.language_of_notes(trial, language)):
        banner = _("Test: this counts nowhere.")
        result = {"url": settings.BASE_URL + trial.get_absolute_url()}
        extras = render_to_string("onboarding/trials/_after_thanks.html", result)
    action = reverse("trial_survey", args=[trial.token])
    frame = unasked.frame(trial.version, language, action=action, now=now, values=letter.named(trial), banner=banner)
    notice = "" if form or asked_for == trial.score else steps.not_sent_yet(asked_for, language)
    before = SaidBefore(
        score=trial.score if asked_for is None else asked_for,
        comment=trial.comment,
        topics=trial.topics,
        notice=once_more if is_held else notice,
        extras=extras,
    )
    if is_held:
        return unasked.step(frame, None, brand_id=brand.pk, before=before)
    if form and form.step is not PageStep.SCORE:
        form = replace(form, score=trial.score)
    return unasked.step(frame, form, brand_id=brand.pk, before=before)
