"""The customer's page: what they may be quoted with, and the two buttons for yes and for taking it back."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import clock, visitors
from accounts.customerlanguages import spoken
from followups.models import Testimonial
from followups.testimonials import confirmation, consent
from followups.testimonials.consent import NothingToQuote, QuoteWish
from responses import services
from responses.page import links, sightings, steps, views
from responses.page.forms import Submission, language_of
from responses.page.links import Link
from responses.page.signs import sign
from responses.services import Visit

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


# No CSRF check, as on the survey's own page: the unguessable token in the address is the permission. A GET changes
# nothing: mail gateways open every link.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def quote(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    network = visitors.network(visitors.address(request))
    link = links.find(token, network=network, now=now)
    if link is None or link.response_id is None:
        return views.unknown(request)
    if link.is_flooded:
        return views.busy(request, link)
    form = Submission.of_request(request, link.scale)
    visit = sightings.seen(request, link, form, network, now)
    services.record_visit(visit, now=now)
    language = _language(request, link)
    is_doubted = request.method == "POST" and visit.verdict.is_held
    if request.method == "POST" and not is_doubted:
        _do(request, link, visit, language, shown_at=form.shown_at if form else None)
    return _page(request, link, language, is_doubted=is_doubted)


def _do(request: HttpRequest, link: Link, visit: Visit, language: str, *, shown_at: datetime | None) -> None:
    """Keep what the person said; the evidence is that of the request, as of an answer."""
    assert link.response_id is not None  # noqa: S101 quote() has looked
    seen = {"by": visit.verdict.label.value, "reasons": list(visit.verdict.reasons), "network": visit.network}
    seen |= {"browser": visit.family, "language": language}
    if "withdraw" in request.POST:
        consent.withdraw(link.response_id, seen=seen, now=clock.now())
        return
    name = request.POST.get("name", "")
    if name not in Testimonial.NameShown.values:
        return
    wish = QuoteWish(name, request.POST.get("company") == "1", language, seen, shown_at)
    try:
        consent.give(link.response_id, wish, now=clock.now())
    except NothingToQuote:
        return


def _language(request: HttpRequest, link: Link) -> str:
    chosen = language_of(request.POST.get("language") or request.GET.get("language"))
    return chosen if chosen in link.languages else link.language


def _page(request: HttpRequest, link: Link, language: str, *, is_doubted: bool) -> HttpResponse:
    told = Testimonial.objects.filter(response=link.response_id).select_related("response", "brand").first()
    has_words = bool(link.comment.strip()) and not link.is_provisional
    context: dict[str, Any] = {
        "language": language,
        "brand": link.brand,
        **steps.foot(link.languages, link.imprint, link.privacy),
        "survey": f"{reverse('survey', args=[link.token])}?language={language}",
        "is_waiting": bool(link.comment.strip()) and link.is_provisional,
        "sign": sign(link.brand, link.logo),
        "brand_css": steps.brand_css(link.colour),
        "words": link.comment,
        "told": told if told and told.is_standing else None,
        "was_withdrawn": told is not None and told.withdrawn_at is not None,
        "signature": confirmation.signature(told) if told else "",
        "shown": int(clock.now().timestamp() * 1000),
        "is_doubted": is_doubted,
        "has_words": has_words,
    }
    with spoken.speaking(language):
        if told:
            context["signature"] = confirmation.signature(told)
        page = render(request, "survey/quote.html", context, status=HTTPStatus.OK)
    for name, value in HEADERS.items():
        page.headers[name] = value
    return page
