"""A customer ends all offers and news, by the link in a letter."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import clock, tokens
from accounts.customerlanguages import spoken
from crm import consents, ended_offers, suppressions
from crm.consents import Word
from crm.reachability import Said, Use
from followups.models import MailingRecipient
from responses.page import views
from responses.page.houses import NEUTRAL
from responses.page.signs import sign

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
ORIGIN = gettext_noop("By the link in a letter.")


# Mail providers post here without cookies (RFC 8058); the unguessable token is the permission. A GET changes nothing:
# mail gateways open every link.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def end_offers(request: HttpRequest, token: str) -> HttpResponse:
    recipient = _recipient(token)
    if recipient is None or recipient.message is None:
        return _page(request, "offers_end_unknown", views.readers_language(request), status=404)
    language = recipient.message.language
    if request.method == "POST":
        end(recipient, now=clock.now())
        if "List-Unsubscribe" in request.POST:
            with spoken.speaking(language):
                return HttpResponse(
                    _("You are unsubscribed."), content_type="text/plain; charset=utf-8", headers=HEADERS
                )
    is_ended = ended_offers.stand_at(recipient.message.medium, recipient.message.to_address)
    return _page(request, "offers_end", language, recipient=recipient, is_ended=is_ended)


@transaction.atomic
def end(recipient: MailingRecipient, *, now: datetime) -> bool:
    """Keep that nobody at this address wants offers and news by its medium; return False when that was known.

    It is the mailbox that says no: whoever carries the address at which the letter arrived, today or later, and its
    recipient.
    """
    assert recipient.message is not None  # noqa: S101 the link was in it
    medium, address = recipient.message.medium, recipient.message.to_address
    ended_offers.end({(medium, address): now}, evidence=f"mailing {recipient.mailing_id}")
    carriers = {contact for contact, _address in suppressions.carriers_of([(medium, address)])}
    words = [
        Word(contact, medium, Use.MARKETING, Said.OBJECTED, now, evidence=f"mailing {recipient.mailing_id}")
        for contact in sorted({recipient.contact_id, *carriers})
    ]
    return bool(consents.take_over(words, origin=_(ORIGIN)))


def _recipient(token: str) -> MailingRecipient | None:
    rows = MailingRecipient.objects.filter(token_hash=tokens.digest(token))
    return rows.select_related("mailing__brand", "contact", "message").first()


def _page(request: HttpRequest, template: str, language: str, status: int = 200, **context: object) -> HttpResponse:
    recipient = context.get("recipient")
    brand = recipient.mailing.brand if isinstance(recipient, MailingRecipient) else None
    colour = brand.colour if brand else NEUTRAL
    if brand:
        context["sign"] = sign(brand.name, brand.logo)
    with spoken.speaking(language):
        brand_css = reverse("survey-brand", args=[colour.removeprefix("#").lower()])
        page = render(
            request,
            f"followups/mailings/{template}.html",
            {"language": language, "brand_css": brand_css, **context},
            status=status,
        )
    for name, value in HEADERS.items():
        page.headers[name] = value
    return page
