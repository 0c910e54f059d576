"""The page of a tablet. With scripts it is one page that keeps answers and sends them; without, each step is a form."""

from __future__ import annotations

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.access.limits import MINUTE, Limit
from accounts.customerlanguages import spoken
from responses import statements
from responses.evidence.assessment import Act, weigh
from responses.kiosks import answers, further, secret
from responses.kiosks.contents import SCORE, THANKS, WHY, KioskPage
from responses.kiosks.sending import TabletAnswer
from responses.models import Kiosk, Response, Tablet
from responses.page import houses, steps, views
from responses.page.forms import PageStep, Submission
from responses.page.signs import sign
from surveys.metrics import SCALES

# A browser asks for what makes it an app, too.
HEADERS = views.HEADERS | {
    "Content-Security-Policy": views.HEADERS["Content-Security-Policy"] + "; manifest-src 'self'; worker-src 'self'",
    # By this its worker knows a page of ours from that of a network which wants a login first.
    "X-Kiosk": "1",
}
REQUESTS = 240


# No CSRF check: the cookie of a tablet goes along with no form of another site, and a score needs the signed id that
# this page alone hands out.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("held")
def show_kiosk(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    tablet = secret.holder(request)
    if tablet is None:
        return unpaired(request)
    if not tablet.is_active:
        response = unpaired(request)
        # It begins again by itself once it may send again: nobody may be there to press anything.
        response.headers["Refresh"] = str(MINUTE)
        return response
    if not Limit(f"kiosk tablet {tablet.pk}", REQUESTS, MINUTE).take():
        return views.busy_page(request, houses.of_host(request.get_host()), tablet.kiosk.starting_language)
    shown = KioskPage.of(tablet)
    form = Submission.of_request(request, SCALES[tablet.kiosk.survey.metric])
    response = page(_submitted(shown, form, request, now) if form else _begun(shown, shown.language, now))
    if request.method == "POST":
        Tablet.objects.filter(pk=tablet.pk).update(seen_at=now)
    else:
        secret.keep(response, request.COOKIES[secret.COOKIE])
    return response


def page(html: str, status: int = HTTPStatus.OK) -> HttpResponse:
    content = html.encode()
    return HttpResponse(content, status=status, headers={**HEADERS, "Content-Length": str(len(content))})


def unpaired(request: HttpRequest) -> HttpResponse:
    """Say what to do to whoever comes here with anything but a tablet of a kiosk."""
    house, language = houses.of_host(request.get_host()), views.visitors_language(request)
    signed = {"brand": house.name, "sign": house.sign, "brand_css": steps.brand_css(house.colour)}
    return _for_staff("kiosk/unpaired.html", language, signed, HTTPStatus.FORBIDDEN)


def for_staff(
    template: str, kiosk: Kiosk, language: str, status: HTTPStatus = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    """Return a page about a kiosk that staff open on its tablet, in any of our languages."""
    brand = kiosk.survey.brand
    signed = {"brand": brand.name, "sign": sign(brand.name, brand.logo), "brand_css": steps.brand_css(brand.colour)}
    return _for_staff(template, language, {"kiosk": kiosk, **signed, **more}, status)


def _for_staff(template: str, language: str, content: dict[str, Any], status: HTTPStatus) -> HttpResponse:
    names = spoken.own_names()
    content |= {"language": language, "languages": [(code, names[code]) for code in spoken.codes()]}
    with spoken.speaking(language):
        return page(render_to_string(template, content), status)


def _begun(shown: KioskPage, language: str, now: datetime) -> str:
    return shown.render(SCORE, language, held=_signed(shown.tablet, str(uuid.uuid4())), moment=_milliseconds(now))


def _submitted(shown: KioskPage, form: Submission, request: HttpRequest, now: datetime) -> str:
    """Record what was sent without scripts and return the next page; sent again (a reload) it changes nothing."""
    tablet, language = shown.tablet, form.switch_to or form.language or shown.language
    key = _key(tablet, request.POST.get("held", ""))
    if key is None or shown.version_id is None:
        return _begun(shown, language, now)
    held, given = request.POST["held"], {"score": form.score, "moment": _milliseconds(now)}
    if form.step is PageStep.SCORE or form.score is None:
        if form.switch_to or form.score is None:
            return shown.render(SCORE, language, held=held, moment=_milliseconds(now))
        _record(shown, key, form, request, now)
        return shown.render(WHY if shown.asks_why else THANKS, language, held=held, **given)
    if form.switch_to:
        return shown.render(form.step, language, held=held, **given)
    if form.step is PageStep.WHY:
        _add_words(tablet, key, form, language, now)
    return shown.render(THANKS, language, held=held, **given)


def _record(shown: KioskPage, key: str, form: Submission, request: HttpRequest, now: datetime) -> None:
    verdict = weigh(Act(method="POST", scripted=False, gesture="", since_shown=form.since_shown(now)))
    if answers.is_rush(shown.tablet, now):
        verdict = verdict.held_back(answers.RUSH)
    answer = TabletAnswer(
        id=key, version_id=shown.version_id or 0, score=form.score or 0, topic_ids=[], comment="", further={},
        language=form.language, at=0, gesture="",
    )  # fmt: skip
    agent = request.META.get("HTTP_USER_AGENT", "")
    answers.record(shown.tablet, answer, verdict, user_agent=agent, at=now, now=now, finishes=False)


def _add_words(tablet: Tablet, key: str, form: Submission, language: str, now: datetime) -> None:
    given = Response.objects.filter(secret_hash=answers.secret_hash(tablet, key)).first()
    if given is None or given.finished_at is not None:
        return
    kept = statements.OPEN_DETAILS.run(
        {
            "secret_hash": answers.secret_hash(tablet, key),
            "comment": form.comment if tablet.kiosk.asks_words else "",
            "topic_ids": form.topic_ids,
            "language": language,
            "finishes": True,
            "is_human": False,
            "is_machine": given.is_provisional,
            "now": now,
            "method": "POST",
            "asked_for": given.score,
            "family": "",
            "label": "unsure",
            "evidence": "[]",
        }
    )
    if kept and given.version_id:
        further.keep(tablet.kiosk, given.pk, given.version_id, form.further, score=given.score, language=language)


def _signed(tablet: Tablet, key: str) -> str:
    return _signer(tablet).sign(key)


def _key(tablet: Tablet, held: str) -> str | None:
    try:
        return _signer(tablet).unsign(held[:200])
    except signing.BadSignature:
        return None


def _signer(tablet: Tablet) -> signing.Signer:
    return signing.Signer(salt=f"kiosk tablet {tablet.pk}")


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)
