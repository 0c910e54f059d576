"""The page of a closing letter: a customer, led here by its link, says whether it is solved.

Looking answers nothing: mail gateways open every link. Only the person's own submit does, weighed by the same evidence
as answers to a survey. Of those who only look nothing is kept but the machines that gave themselves away, for a while.
"""

from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, visitors
from accounts.customerlanguages import spoken
from accounts.models import Brand
from accounts.timezones import zone
from followups.closing import answers, wording
from followups.closing.answers import SaidOfClosing
from followups.closing.submission import ClosingSubmission, solved_of
from followups.models import ClosingLetter, KnownMachine
from responses.evidence.assessment import Act, weigh
from responses.page import forms, houses, links, views
from responses.page.houses import House
from responses.page.signs import sign

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


# No CSRF check: the unguessable token in the address is the permission, and there is no cookie to misuse.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def show_question(request: HttpRequest, token: str, *, is_decoy: bool = False) -> HttpResponse:
    now = clock.now()
    letter = _found(token)
    if letter is None:
        house = houses.of_host(request.get_host())
        with spoken.speaking(views.readers_language(request)):
            return _gone(request, "unknown", HTTPStatus.NOT_FOUND, house)
    form = ClosingSubmission.of(request.POST) if request.method == "POST" else None
    if refused := _refused(request, letter, form, now):
        return refused
    assessment = weigh(_act(request, letter, form, now, is_decoy=is_decoy))
    if assessment.gives_away:
        answers.know_machine(letter, _source(request), assessment, now=now)
    if form is None or form.switch_to or form.solved is None:
        return _question(request, letter, form, "missing" if form and not form.switch_to else "")
    answers.take(letter, SaidOfClosing(form.solved, form.comment, _source(request), assessment), now=now)
    return _page(request, "thanks", _language(request, letter, form), letter, solved=form.solved)


# The letter carries this link where no person can see it. Whoever follows it all the same gets the question.
@login_not_required
@csrf_exempt
@require_safe
@sensitive_variables("token")
def show_decoy(request: HttpRequest, token: str) -> HttpResponse:
    return show_question(request, token, is_decoy=True)


def _found(token: str) -> ClosingLetter | None:
    if len(token) > links.LONGEST_TOKEN:
        return None
    known = [
        f"followup__{about}__{fact}" for about in ("response", "invitation") for fact in ("survey__brand", "contact")
    ]
    return ClosingLetter.objects.of_link(token).select_related(*known).first()


def _act(
    request: HttpRequest, letter: ClosingLetter, form: ClosingSubmission | None, now: datetime, *, is_decoy: bool
) -> Act:
    source = _source(request)
    known = KnownMachine.objects.at(letter, source, now)
    return Act(
        method=request.method or "",
        family=visitors.family(request.META.get("HTTP_USER_AGENT", "")),
        scripted=form is not None and form.scripted,
        gesture=form.gesture if form else "",
        since_shown=now - form.shown_at if form and form.shown_at else None,
        is_decoy=is_decoy,
        is_known=known is not None,
        met_decoy=known is not None and known.met_decoy,
        is_stranger=letter.is_of_a_person and letter.source != source,
    )


def _source(request: HttpRequest) -> str:
    family = visitors.family(request.META.get("HTTP_USER_AGENT", ""))
    return f"{visitors.network(visitors.address(request))} {family}"


def _is_flooded(letter: ClosingLetter, request: HttpRequest) -> bool:
    """Say whether so much comes from one network that it is no reading."""
    key = _key(letter, f"flood {visitors.network(visitors.address(request))}")
    cache.add(key, 0, links.FLOOD_WINDOW.seconds)
    try:
        return int(cache.incr(key)) > links.FLOOD
    except ValueError:  # it ran out between the two
        return False


def _key(letter: ClosingLetter, of: str) -> str:
    return f"closing-{letter.pk}-{sha256(of.encode()).hexdigest()[:16]}"


def _language(request: HttpRequest, letter: ClosingLetter, form: ClosingSubmission | None) -> str:
    chosen = (form.switch_to or form.language) if form else forms.language_of(request.GET.get("language"))
    languages = letter.followup.about.survey.brand.languages
    return chosen if chosen in languages else letter.language


def _question(
    request: HttpRequest, letter: ClosingLetter, form: ClosingSubmission | None, trouble: str
) -> HttpResponse:
    own = solved_of(letter.answer) if letter.is_answered else None
    asked_for = form.solved if form else solved_of(request.GET.get("solved"))
    language = _language(request, letter, form)
    # Who meets a crowd is told of that alone.
    unsent = None if trouble == "busy" or asked_for is own else asked_for
    return _page(
        request,
        "question",
        language,
        letter,
        asked=wording.of(language, is_letter=letter.followup.is_of_letter),
        chosen=own if asked_for is None else asked_for,
        notices=wording.notices(language, unsent=unsent, own=own, until=letter.expires_at.astimezone(_zone(letter))),
        comment=form.comment if form else letter.comment if letter.is_answered else "",
        trouble=trouble,
        shown=int(clock.now().timestamp() * 1000),
    )


def _zone(letter: ClosingLetter) -> ZoneInfo:
    contact = letter.followup.contact
    return zone(contact.timezone if contact else "")


def _page(request: HttpRequest, template: str, language: str, letter: ClosingLetter, **content: Any) -> HttpResponse:
    brand = letter.followup.about.survey.brand
    context = {
        "action": reverse("closing_question", args=[letter.token]),
        "brand": brand.name,
        "sign": sign(brand.name, brand.logo),
        "legal": brand,
        "language": language,
        "languages": [(code, name) for code, name in spoken.own_names().items() if code in brand.languages],
        "letter": letter,
        **content,
    }
    with spoken.speaking(language):
        return _rendered(request, template, brand.colour, HTTPStatus.OK, context)


def _refused(
    request: HttpRequest, letter: ClosingLetter, form: ClosingSubmission | None, now: datetime
) -> HttpResponse | None:
    """Return the page for whoever comes too late or too often, None for everybody else.

    Who sends something too often gets it back, to be sent once more.
    """
    brand = letter.followup.about.survey.brand
    if letter.has_expired(now):
        with spoken.speaking(letter.language):
            return _gone(request, "expired", HTTPStatus.GONE, brand)
    if not _is_flooded(letter, request):
        return None
    with spoken.speaking(letter.language):
        page = _gone(request, "busy", HTTPStatus.TOO_MANY_REQUESTS, brand)
    if form:
        page = _question(request, letter, form, "busy")
        page.status_code = HTTPStatus.TOO_MANY_REQUESTS
    page.headers["Retry-After"] = str(links.FLOOD_WINDOW.seconds)
    return page


def _gone(request: HttpRequest, why: str, status: int, whose: House | Brand) -> HttpResponse:
    content = {"why": why, "brand": whose.name, "sign": sign(whose.name, whose.logo)}
    return _rendered(request, "gone", whose.colour, status, content)


def _rendered(request: HttpRequest, template: str, colour: str, status: int, content: dict[str, Any]) -> HttpResponse:
    brand_css = reverse("survey-brand", args=[colour.removeprefix("#").lower()])
    common = {"language": translation.get_language(), "brand_css": brand_css}
    page = render(request, f"closing/{template}.html", common | content, status=status)
    for name, value in HEADERS.items():
        page.headers[name] = value
    return page
