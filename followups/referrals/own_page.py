"""The customer's page: a link of one's own, drawn when the customer asks for it and never by opening the page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import clock, visitors
from accounts.customerlanguages import spoken
from followups.models import ReferralCode, ReferralProgramme
from followups.referrals import codes
from responses import services
from responses.page import links, sightings, steps, views
from responses.page.forms import Submission, language_of
from responses.page.links import Link
from responses.page.signs import sign
from surveys.models import Invitation

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


# No CSRF check, as on the survey's own page: the unguessable token in the address is the permission.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show_own(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    network = visitors.network(visitors.address(request))
    link = links.find(token, network=network, now=now)
    programme = _programme(link.brand_id) if link else None
    if link is None or programme is None:
        return views.unknown(request)
    if link.is_flooded:
        return views.busy(request, link)
    visit = sightings.seen(request, link, Submission.of_request(request, link.scale), network, now)
    services.record_visit(visit, now=now)
    contact = Invitation.objects.select_related("contact__merged_into").get(pk=link.invitation_id).contact.survivor
    is_doubted = request.method == "POST" and visit.verdict.is_held
    if request.method == "POST" and not is_doubted:
        mine: ReferralCode | None = codes.code_of(contact, programme)
    else:
        mine = ReferralCode.objects.filter(contact=contact, brand=link.brand_id).first()
    asked = language_of(request.POST.get("language") or request.GET.get("language"))
    language = asked if asked in link.languages else link.language
    return _page(request, link, programme, mine, language=language, is_doubted=is_doubted)


def _programme(brand_id: int) -> ReferralProgramme | None:
    return ReferralProgramme.objects.filter(brand=brand_id, is_active=True).select_related("brand").first()


def _page(
    request: HttpRequest,
    link: Link,
    programme: ReferralProgramme,
    mine: ReferralCode | None,
    *,
    language: str,
    is_doubted: bool,
) -> HttpResponse:
    brand = programme.brand
    context: dict[str, Any] = {
        "language": language,
        "brand": brand.name,
        **steps.foot(link.languages, link.imprint, link.privacy),
        "sign": sign(brand.name, brand.logo),
        "brand_css": steps.brand_css(brand.colour),
        "reward": programme.said("reward", language),
        "code": mine,
        "link": brand.url + reverse("referral", args=[mine.code]) if mine else "",
        "shown": int(clock.now().timestamp() * 1000),
        "is_doubted": is_doubted,
    }
    with spoken.speaking(language):
        page = render(request, "survey/referral_own.html", context)
    for header, value in HEADERS.items():
        page.headers[header] = value
    return page
