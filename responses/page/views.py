from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import cast

from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, colours, visitors
from accounts.customerlanguages import spoken
from accounts.models import BrandLogo, User
from accounts.timezones import zone
from responses import further_answers, services
from responses.further_answers import Given
from responses.page import extras, further, houses, links, offers, sightings, steps, unasked
from responses.page.extras import Thanked
from responses.page.forms import PageStep, Submission, language_of
from responses.page.houses import House
from responses.page.links import Link
from responses.page.steps import PageFrame
from surveys.metrics import SCALES
from surveys.models import SurveyVersion
from surveys.reviews import Reviewer, ReviewPlace, fitting

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
KEPT_FOR_A_YEAR = "public, max-age=31536000, immutable"


# No CSRF check: there is no cookie to misuse, the unguessable token in the address is the permission, and a browser
# that keeps the token out of its referrer also hides the origin the check would need.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str, *, is_decoy: bool = False) -> HttpResponse:
    now = clock.now()
    network = visitors.network(visitors.address(request))
    link = links.find(token, network=network, now=now)
    if link is None:
        return unknown(request)
    form = Submission.of_request(request, link.scale)
    action = reverse("survey", args=[token]) if is_decoy else request.path
    if link.is_flooded:
        return _crowded(request, link, form, now, action)
    visit = sightings.seen(request, link, form, network, now, is_decoy=is_decoy)
    if link.is_withdrawn or link.has_expired(now):
        services.record_visit(visit, now=now)
        reason = "withdrawn" if link.is_withdrawn else "expired"
        return page(steps.closed(reason, visitors_language(request, link.language), _house(link)), HTTPStatus.GONE)
    frame = _frame(request, link, form, now, action)
    if form is None or form.switch_to:
        services.record_visit(visit, now=now)
        return page(_shown(frame, link, form, visit.asked_for))
    return page(_submitted(frame, link, form, visit))


# The letter carries this link where no person can see it. Whoever follows it all the same gets the survey.
@login_not_required
@csrf_exempt
@require_safe
def decoy(request: HttpRequest, token: str) -> HttpResponse:
    return survey(request, token, is_decoy=True)


def _frame(request: HttpRequest, link: Link, form: Submission | None, now: datetime, action: str) -> PageFrame:
    chosen = (form.switch_to or form.language) if form else language_of(request.GET.get("language"))
    languages = steps.worded(link.version_id, link.languages)
    language = chosen if chosen in languages else link.language
    return PageFrame(
        action=action,
        language=language,
        colour=link.colour,
        wording=steps.wording(link.version_id, language),
        values=link.values_in(language),
        scale=link.scale,
        presentation=link.presentation,
        now=now,
        seen_since=form.shown_at if form and (form.switch_to or link.is_flooded) else None,
        languages=languages,
        imprint=link.imprint,
        privacy=link.privacy,
        unsubscribe=reverse("unsubscribe", args=[link.token]),
        logo=link.logo,
        questions=further.of_version(link.version_id),
    )


def _shown(frame: PageFrame, link: Link, form: Submission | None, asked_for: int | None) -> str:
    """Return the step the visitor is at, with everything they chose or wrote so far. Records nothing."""
    score = link.own_score if asked_for is None else asked_for
    if form and form.step is PageStep.WHY and score is not None:
        given = further_answers.read(frame.further(score), form.further)
        return _why(frame, score, frozenset(form.topic_ids), form.comment, given)
    if form and form.step is PageStep.THANKS and score is not None:
        return _thanks(frame, link, score, _reviews(frame, link, score), words=link.comment)
    not_sent = "" if score == link.own_score else steps.not_sent_yet(asked_for, frame.language)
    return steps.score_step(frame, chosen=score, notice=" ".join(filter(None, [not_sent, _notice(frame, link)])))


def _submitted(frame: PageFrame, link: Link, form: Submission, visit: services.Visit) -> str:
    """Record what was submitted and return the next step; submitting it again (a reload) changes nothing."""
    if form.step is PageStep.SCORE:
        return _score_submitted(frame, link, form, visit)
    score = link.score
    reviews = () if score is None or form.goes_back else _reviews(frame, link, score)
    if form.step is PageStep.WHY:
        if frame.questions and score is not None and link.response_id and not visit.verdict.is_held:
            given = further_answers.read(frame.further(score), form.further)
            further_answers.record(link.response_id, given.values(), language=frame.language)
        recorded = services.record_details(
            visit=replace(visit, shown=[place.pk for place in reviews]) if reviews else visit,
            comment=form.comment,
            topic_ids=form.topic_ids,
            language=frame.language,
            finishes=not form.goes_back,
            now=frame.now,
        )
    else:
        services.record_visit(visit, now=frame.now)
        recorded = link.response_id
    if score is None or form.goes_back:
        return steps.score_step(frame, chosen=score, is_missing=score is None and recorded is None)
    words = form.comment if form.step is PageStep.WHY else link.comment
    return _thanks(frame, link, score, reviews, words=words)


def _score_submitted(frame: PageFrame, link: Link, form: Submission, visit: services.Visit) -> str:
    if form.score is None:
        services.record_visit(visit, now=frame.now)
        return steps.score_step(frame, chosen=None, is_missing=True, notice=_notice(frame, link))
    if link.is_provisional and frame.questions and not visit.verdict.is_held:
        further_answers.forget_of_machine(link.invitation_id)
    services.record_score(visit=visit, score=form.score, language=frame.language, now=frame.now)
    has_own = link.own_score is not None
    tapped = offers.tapped(link.response_id) if has_own else frozenset()
    given = further_answers.given_to(link.response_id) if has_own and frame.questions else further.NOTHING
    return _why(frame, form.score, tapped, link.comment if has_own else "", given)


def _why(frame: PageFrame, score: int, tapped: frozenset[int], comment: str, given: Mapping[str, Given]) -> str:
    offer = offers.offered(frame.language)
    return steps.why_step(frame, score=score, offer=offer, tapped=tapped, comment=comment, given=given)


def _thanks(frame: PageFrame, link: Link, score: int, reviews: Sequence[ReviewPlace], *, words: str) -> str:
    ways = tuple((f"r/{place.pk}/", place.name) for place in reviews)
    tier = frame.scale.tier_of(score)
    about = (frame.language, link.brand_id, link.brand, tier, words)
    thanked = Thanked(link.token, link.contact_id, link.wants_nothing, *about)
    return steps.thanks_step(frame, score=score, reviews=ways, extras=extras.shown_to(thanked))


def _reviews(frame: PageFrame, link: Link, score: int) -> Sequence[ReviewPlace]:
    reviewer = Reviewer(link.contact_id, frame.language, link.product_id, frame.scale.tier_of(score))
    return fitting(offers.reviews(link.brand_id), reviewer)


def _notice(frame: PageFrame, link: Link) -> str:
    if link.own_score is None or link.expires_at is None:
        return ""
    until = link.expires_at.astimezone(zone(link.timezone))
    return steps.earlier_answer(link.own_score, frame.language, until)


def visitors_language(request: HttpRequest, fallback: str = "en") -> str:
    asked = language_of(request.GET.get("language"))
    wanted = (code for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()))
    return asked or next(filter(None, map(spoken.wanted, wanted)), fallback)


def readers_language(request: HttpRequest) -> str:
    """Return the language of a page that belongs to nobody's letter: the browser's, else the active one."""
    return visitors_language(request, translation.get_language() or "en")


def unknown(request: HttpRequest) -> HttpResponse:
    house = houses.of_host(request.get_host())
    return page(steps.closed("unknown", visitors_language(request), house), HTTPStatus.NOT_FOUND)


def busy(request: HttpRequest, link: Link) -> HttpResponse:
    return busy_page(request, _house(link), link.language)


def busy_page(request: HttpRequest, house: House, language: str = "en") -> HttpResponse:
    return come_again(steps.closed("busy", visitors_language(request, language), house))


def _crowded(request: HttpRequest, link: Link, form: Submission | None, now: datetime, action: str) -> HttpResponse:
    """Turn away who comes too often; who sent something gets it back, to be sent once more."""
    if form is None or link.is_withdrawn or link.has_expired(now):
        return busy(request, link)
    frame = _frame(request, link, form, now, action)
    crowded = replace(frame, trouble=steps.not_sent_in_a_crowd(frame.language))
    return come_again(_shown(crowded, link, form, form.score))


def come_again(html: str) -> HttpResponse:
    answer = page(html, HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(links.FLOOD_WINDOW.seconds)
    return answer


def _house(link: Link) -> House:
    return House(link.brand, link.colour, logo=link.logo)


def page(html: str, status: int = HTTPStatus.OK) -> HttpResponse:
    content = html.encode()
    return HttpResponse(content, status=status, headers={**HEADERS, "Content-Length": str(len(content))})


@login_not_required
@require_safe
def brand_style(_request: HttpRequest, colour: str) -> HttpResponse:
    css = colours.stylesheet(f"#{colour}").encode()
    headers = {"Cache-Control": KEPT_FOR_A_YEAR, "Content-Length": str(len(css))}
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers=headers)


# Its name is its content: everybody gets the same address, so asking for it tells nobody who asks.
@login_not_required
@require_safe
def brand_logo(request: HttpRequest, name: str) -> HttpResponse:
    png = BrandLogo.objects.filter(name=name).values_list("png", flat=True).first()
    if png is None:
        return unknown(request)
    headers = {
        "Cache-Control": KEPT_FOR_A_YEAR,
        "Content-Length": str(len(png)),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(png), content_type="image/png", headers=headers)


# Records nothing, so there is nothing that a forged request could do.
@csrf_exempt
@permission_required("surveys.view_surveyversion", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, version_id: int) -> HttpResponse:
    if not cast(User, request.user).may_administer:
        raise Http404
    version = get_object_or_404(SurveyVersion.objects.select_related("survey__brand"), pk=version_id)
    form = Submission.of_request(request, SCALES[version.survey.metric])
    chosen = (form.switch_to or form.language) if form else language_of(request.GET.get("language"))
    language = chosen or version.survey.default_language
    action = reverse("survey-preview", args=[version.pk])
    frame = unasked.frame(version, language, action=action, now=clock.now())
    return page(unasked.step(frame, form, brand_id=version.survey.brand_id))
