from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.customerlanguages import spoken
from responses.page import houses, mailbox_wishes, views
from responses.page.signs import sign
from surveys.models import Invitation

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
# The colour of a page that belongs to no brand.


# Mail providers post here without cookies (RFC 8058); the unguessable token is the permission. A GET changes nothing:
# mail gateways open every link.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.of_link(token).select_related("survey__brand", "version", "contact").first()
    if invitation is None:
        house = houses.of_host(request.get_host())
        language = views.readers_language(request)
        return _page(request, "unsubscribe_unknown", language, house.colour, HTTPStatus.NOT_FOUND, house=house)
    if request.method == "POST":
        if "List-Unsubscribe" in request.POST:
            mailbox_wishes.unsubscribe(invitation)
            return _short(invitation)
        if request.POST.get("wish") == "stop":
            mailbox_wishes.unsubscribe(invitation)
        elif request.POST.get("wish") == "resume":
            mailbox_wishes.resume(invitation)
        invitation.contact.refresh_from_db()
    return _page(
        request,
        "unsubscribe",
        invitation.language,
        invitation.survey.brand.colour,
        invitation=invitation,
        sign=sign(invitation.survey.brand.name, invitation.survey.brand.logo),
        may_resume=mailbox_wishes.may_resume(invitation),
    )


def _short(invitation: Invitation) -> HttpResponse:
    with spoken.speaking(invitation.language):
        return HttpResponse(_("You are unsubscribed."), content_type="text/plain; charset=utf-8", headers=HEADERS)


def _page(
    request: HttpRequest, template: str, language: str | None, colour: str, status: int = 200, **context: Any
) -> HttpResponse:
    language = language or translation.get_language() or "en"
    with spoken.speaking(language):
        brand_css = reverse("survey-brand", args=[colour.removeprefix("#").lower()])
        page = render(
            request,
            f"surveys/{template}.html",
            {"language": language, "brand_css": brand_css, **context},
            status=status,
        )
    for name, value in HEADERS.items():
        page.headers[name] = value
    return page
