"""The page that a friend opens by a customer's link: who recommends what, and a form for whoever wants to hear more."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import clock, visitors
from accounts.access.limits import Limit
from accounts.customerlanguages import spoken
from accounts.plaintext import clean
from crm import parsers, referral_codes
from followups.models import ReferralCode, ReferralProgramme
from followups.referrals import leads
from followups.referrals.leads import Friend
from responses.page import steps, views
from responses.page.forms import language_of
from responses.page.signs import sign

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
NO_ADDRESS = _("Write an e-mail address, such as name@shop.example.")


class FriendForm(forms.Form):
    """What a friend tells. `website` is a field that no person sees: whoever fills it in is none."""

    # In words that every language of customers has.
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Tell us your name."), "max_length": _("This is too long.")},
    )
    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput,
        error_messages={"required": NO_ADDRESS, "max_length": _("This is too long.")},
    )
    agreed = forms.BooleanField()
    website = forms.CharField(required=False)

    def clean_name(self) -> str:
        name = clean(self.cleaned_data["name"], limit=200)
        if not any(letter.isalpha() for letter in name):
            raise forms.ValidationError(_("Tell us your name."))
        return name

    def clean_email(self) -> str:
        try:
            return parsers.email(self.cleaned_data["email"])
        except ValueError as error:
            raise forms.ValidationError(NO_ADDRESS) from error


# No CSRF check: there is no session to misuse, and a cookie would be one too many for a page that strangers open.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show_landing(request: HttpRequest, code: str) -> HttpResponse:
    network = visitors.network(visitors.address(request))
    if not Limit(f"referral page {network}", 60, MINUTE).take():
        return _busy(request)
    found = ReferralCode.objects.filter(code=referral_codes.canonical(code)[: referral_codes.LONGEST])
    mine = found.select_related("contact__merged_into", "brand").first()
    programme = ReferralProgramme.objects.filter(brand=mine.brand_id, is_active=True).first() if mine else None
    if mine is None or programme is None:
        return views.unknown(request)
    if request.method != "POST" or "switch" in request.POST:
        return _page(request, mine, programme, FriendForm())
    form = FriendForm(request.POST)
    with spoken.speaking(_language(request, mine)):
        form.is_valid()
    if form.errors:
        return _page(request, mine, programme, form, status=HTTPStatus.BAD_REQUEST)
    limits = (Limit(f"referral form {network}", 10, HOUR), Limit(f"referral form of {mine.pk}", 50, DAY))
    if not all(limit.take() for limit in limits):
        return _busy(request)
    if not form.cleaned_data["website"]:
        leads.take(mine, _friend(request, mine, form, network), now=clock.now())
    # The same whatever came of it: nobody learns here which addresses we know.
    return _page(request, mine, programme, None)


def _friend(request: HttpRequest, mine: ReferralCode, form: FriendForm, network: str) -> Friend:
    first, _space, last = form.cleaned_data["name"].partition(" ")
    browser = visitors.family(request.META.get("HTTP_USER_AGENT", ""))
    seen = {"network": network, "browser": browser, "at": clock.now().isoformat()}
    return Friend(first[:100], last[:100], form.cleaned_data["email"], _language(request, mine), seen)


def _language(request: HttpRequest, mine: ReferralCode) -> str:
    asked = [request.POST.get("switch"), request.POST.get("language"), request.GET.get("language")]
    wanted = [language_of(code) for code in asked] + [
        views.visitors_language(request, ""),
        translation.get_language() or "",
    ]
    return next((code for code in wanted if code in mine.brand.languages), mine.brand.languages[0])


def _page(
    request: HttpRequest,
    mine: ReferralCode,
    programme: ReferralProgramme,
    form: FriendForm | None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    language, brand = _language(request, mine), mine.brand
    names = [(code, name) for code, name in spoken.own_names().items() if code in brand.languages]
    context: dict[str, Any] = {
        "language": language,
        "languages": names,
        "brand": brand,
        "sign": sign(brand.name, brand.logo),
        "brand_css": steps.brand_css(brand.colour),
        "friend": mine.contact.survivor.first_name,
        "headline": programme.said("headline", language),
        "text": programme.said("text", language),
        "sentence": leads.sentence(brand.name, language),
        "form": form,
    }
    with spoken.speaking(language):
        page = render(request, "survey/referral.html", context, status=status)
    for header, value in HEADERS.items():
        page.headers[header] = value
    return page


def _busy(request: HttpRequest) -> HttpResponse:
    language = views.readers_language(request)
    page = HttpResponse(steps.closed("busy", language), status=HTTPStatus.TOO_MANY_REQUESTS, headers=HEADERS)
    page.headers["Retry-After"] = str(MINUTE)
    return page
