"""The doors of a widget: its scripts, the rules, “may I show?”, that it is shown and seen, and the answer.

Pages of other sites ask here, so each answer says which origin may read it, and never with credentials: there is no
cookie. Apps ask without an origin, where the widget is for them. JSON comes as itself or as text/plain, which spares a
browser the question beforehand.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts import clock, tokens
from accounts.access.limits import MINUTE
from responses.open_links import limits
from responses.page.forms import language_of
from responses.page.views import KEPT_FOR_A_YEAR, visitors_language
from responses.widgets import answers, contents, identity, known, looks
from responses.widgets.answers import NoAnswer, TooMany, WidgetAnswer
from responses.widgets.identity import NoIdentity, SignedIn
from responses.widgets.known import KnownWidget
from responses.widgets.looks import WidgetLook
from responses.widgets.ticket import WidgetTicket
from surveys.judging import on_page
from surveys.judging.by_hand import NotAsked
from surveys.judging.eligibility import Outcome, Verdict
from surveys.locks import StillAtWork

# So long a page asks no more after a no: of a judge who names no end, of a widget that asks nothing now.
NO_END, CLOSED = timedelta(days=1), timedelta(minutes=5)
# So long the judge is not asked again about somebody whose no may end sooner, by a call for instance.
NO_KEPT = timedelta(minutes=10)
SHORTEST, BUSY = timedelta(minutes=1), timedelta(minutes=1)
RULES_KEPT = 300
LONGEST_BODY = 32 * 1024
DEVICE_LENGTHS = range(16, 65)
JSON_TYPES = ("application/json", "text/plain")
# Browsers ask beforehand once in so long.
PREFLIGHT_KEPT = 7200

Door = Callable[["WidgetRequest"], HttpResponse]
View = Callable[[HttpRequest, str], HttpResponse]


@dataclass(frozen=True, kw_only=True)
class WidgetRequest:
    """One request to a widget that may be heard; `source` stands for the address it came from."""

    request: HttpRequest
    known: KnownWidget
    source: str
    now: datetime

    @property
    def language(self) -> str:
        """What the page says that it speaks, else what the browser does."""
        request = self.request
        return self.known.language(language_of(request.GET.get("language")), visitors_language(request, ""))

    @property
    def user_agent(self) -> str:
        return str(self.request.META.get("HTTP_USER_AGENT", ""))


def door(*methods: str) -> Callable[[Door], View]:
    """Let in whoever may ask, and let their browsers read the answer."""

    def decorate(view: Door) -> View:
        # No CSRF check: there is no cookie and no login here to misuse.
        @login_not_required
        @csrf_exempt
        @wraps(view)
        def enter(request: HttpRequest, key: str) -> HttpResponse:
            found, origin = known.find(key), request.META.get("HTTP_ORIGIN")
            if found is None:
                return _open_to(origin, refusal("unknown", HTTPStatus.NOT_FOUND))
            if not found.allows(origin):
                return _open_to(None, refusal("origin", HTTPStatus.FORBIDDEN))
            return _open_to(origin, _entered(request, found, methods, view))

        return enter

    return decorate


@door("GET")
def show_rules(asked: WidgetRequest) -> HttpResponse:
    """Return when and where a page is to ask at all."""
    response = _json(contents.rules(asked.known, asked.language))
    response.headers["Cache-Control"] = f"public, max-age={RULES_KEPT}"
    patch_vary_headers(response, ["Accept-Language"])
    return response


@door("GET")
def may_show(asked: WidgetRequest) -> HttpResponse:
    """Return the question and a ticket where it may be shown, else 204, which says how long that holds.

    Nothing is written: looking asks nobody.
    """
    widget, now = asked.known.widget, asked.now
    version = asked.known.version
    if asked.known.has_closed or version is None:
        return no_for(CLOSED)
    try:
        person = _who(asked)
    except NoIdentity as error:
        return refusal(error.code, HTTPStatus.UNAUTHORIZED)
    if widget.only_signed_in and person is None:
        return no_for(SHORTEST)
    if person is not None and (kept := _kept_no(asked, person)):
        return no_for(kept)
    contact = identity.contact_of(person, widget) if person else None
    device = _device(asked.request.GET.get("device"))
    if contact is None and widget.asks_unasked and _rests(asked.known, device):
        return no_for(NO_END)
    if contact is not None and widget.asks_unasked:
        found = on_page.verdict(contact, widget.survey, version, now)
        if found.outcome is not Outcome.ASK:
            return no_for(_keep_no(asked, person, found))
    language = asked.known.language(language_of(asked.request.GET.get("language")), contact.language if contact else "",
                                    asked.language)  # fmt: skip
    ticket = WidgetTicket.draw(
        version_id=version.pk,
        language=language,
        now=now,
        device=device,
        contact_id=contact.pk if contact else None,
    )
    return _packed(asked, f'{contents.question(asked.known, language)},"ticket":"{ticket.sign(widget)}"}}')


@door("POST")
def shown(asked: WidgetRequest) -> HttpResponse:
    """Note that the question is being shown: from here on it counts as an ask. 409 where it may not be after all."""
    widget, now = asked.known.widget, asked.now
    ticket = WidgetTicket.read(answers.said_in(asked.request.body).get("ticket"), widget, now)
    if ticket is None:
        return refusal("ticket", HTTPStatus.GONE)
    if asked.known.has_closed:
        return refusal("closed", HTTPStatus.CONFLICT)
    try:
        told = ticket if ticket.is_shown else ticket.shown(ask_id=_asked(asked, ticket), now=now)
    except NotAsked as error:
        return refusal(error.reason, HTTPStatus.CONFLICT)
    except StillAtWork:
        return refusal("busy", HTTPStatus.CONFLICT)
    return _json({"ticket": told.sign(widget), "rest": int(widget.rest.total_seconds())})


@door("POST")
def seen(asked: WidgetRequest) -> HttpResponse:
    """Count that the question came into sight, or was closed without a score."""
    widget = asked.known.widget
    said = answers.said_in(asked.request.body)
    ticket = WidgetTicket.read(said.get("ticket"), widget, asked.now)
    if ticket is None or not ticket.is_shown:
        return refusal("ticket", HTTPStatus.GONE)
    looks.note(widget, ticket, WidgetLook.CLOSED if said.get("closed") is True else WidgetLook.SEEN)
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})


@door("POST")
def take_answer(asked: WidgetRequest) -> HttpResponse:
    """Keep what was said so far; what is said once more changes it, for as long as the ticket is good."""
    widget, now = asked.known.widget, asked.now
    said = answers.said_in(asked.request.body)
    ticket = WidgetTicket.read(said.get("ticket"), widget, now)
    if ticket is None or not ticket.is_shown:
        return refusal("ticket", HTTPStatus.GONE)
    answer = WidgetAnswer.read(said, widget)
    try:
        is_first = answers.take(widget, ticket, answer, user_agent=asked.user_agent, source=asked.source, now=now)
    except TooMany:
        return _too_many()
    if is_first:
        looks.note(widget, ticket, WidgetLook.ANSWERED)
    places = contents.reviews(widget, score=answer.score, language=ticket.language, contact_id=ticket.contact_id)
    return _json({"reviews": places})


@login_not_required
@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """Return the one script that a site names. It is the same for all, and asked for anew within minutes."""
    return _script(request, contents.LOADER, f"public, max-age={RULES_KEPT}")


@login_not_required
@require_safe
def question(request: HttpRequest) -> HttpResponse:
    """Return the script that shows the question; its address changes with it."""
    is_this = request.META.get("QUERY_STRING") == contents.stamp(contents.QUESTION)
    return _script(request, contents.QUESTION, KEPT_FOR_A_YEAR if is_this else "no-cache")


def refusal(code: str, status: HTTPStatus) -> HttpResponse:
    """Return an error in the shape of the API, for whoever builds the site: visitors never see it."""
    return _json({"error": {"code": code, "message": status.phrase, "fields": {}}}, status)


def no_for(length: timedelta) -> HttpResponse:
    """Return a no that the browser keeps, so that it does not ask again on every page."""
    seconds = math.ceil(min(max(length, SHORTEST), NO_END).total_seconds())
    headers = {"Cache-Control": f"private, max-age={seconds}"}
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)


def _entered(request: HttpRequest, found: KnownWidget, methods: tuple[str, ...], view: Door) -> HttpResponse:
    if request.method == "OPTIONS":
        return _preflight(methods)
    if request.method not in methods:
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join((*methods, "OPTIONS"))})
    now = clock.now()
    source = limits.source(request, now)
    writes = request.method == "POST"
    if not (limits.may_come(found.widget, source) if writes else limits.may_look(found.widget, source, now)):
        return _too_many()
    if writes and request.content_type not in JSON_TYPES:
        return refusal("not_json", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if writes and len(request.body) > LONGEST_BODY:
        return refusal("too_long", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        return view(WidgetRequest(request=request, known=found, source=source, now=now))
    except NoAnswer as error:
        return refusal(error.code, HTTPStatus.BAD_REQUEST)


def _who(asked: WidgetRequest) -> SignedIn | None:
    """Return whom the site proves to have signed in, None where it says nothing. Raises NoIdentity."""
    scheme, _space, token = asked.request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer":
        raise NoIdentity("wrong_token")
    return identity.of_token(token.strip(), asked.known.widget, asked.now)


def _keep_no(asked: WidgetRequest, person: SignedIn | None, found: Verdict) -> timedelta:
    """Keep the judge's no for a while: people look at many pages, and it would say the same again.

    What only time ends is kept until then, a day at most.
    """
    length = found.until - asked.now if found.until else NO_END
    if person is not None:
        longest = NO_END if on_page.ends_by_time(found) else NO_KEPT
        seconds = min(max(length, SHORTEST), NO_END).total_seconds()
        kept = int(min(seconds, longest.total_seconds()))
        cache.set(_no_name(asked, person), asked.now.timestamp() + seconds, kept)
    return length


def _kept_no(asked: WidgetRequest, person: SignedIn) -> timedelta | None:
    until: float | None = cache.get(_no_name(asked, person)) if asked.known.widget.asks_unasked else None
    left = until - asked.now.timestamp() if until else 0
    return timedelta(seconds=left) if left > 0 else None


def _no_name(asked: WidgetRequest, person: SignedIn) -> str:
    widget = asked.known.widget
    named = f"{widget.pk} {on_page.clocks(widget.survey)} {person.external_id} {person.email}"
    return "widget-no-" + tokens.digest(named).hex()


def _asked(asked: WidgetRequest, ticket: WidgetTicket) -> int | None:
    """Count the ask of whoever is signed in and return its id; let a device rest that nobody knows.

    Raises NotAsked and StillAtWork.
    """
    widget, version = asked.known.widget, asked.known.version
    if version is None or not widget.asks_unasked:
        return None
    if ticket.contact_id is None:
        if not _let_rest(asked.known, ticket.device):
            raise NotAsked("asked")
        return None
    contact = identity.contact_with(ticket.contact_id)
    if contact is None:
        raise NotAsked("unknown")
    return on_page.ask(contact, widget.survey, version, facts=asked.known.facts, now=asked.now).pk


def _open_to(origin: str | None, response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Origin", "Authorization"])
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
    if response.content:
        response.headers["Content-Length"] = str(len(response.content))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _preflight(methods: tuple[str, ...]) -> HttpResponse:
    headers = {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": str(PREFLIGHT_KEPT),
    }
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)


def _too_many() -> HttpResponse:
    response = refusal("too_many", HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(MINUTE)
    return response


def _json(content: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, status=status, content_type="application/json", headers={"Cache-Control": "no-store"})


def _packed(asked: WidgetRequest, body: str) -> HttpResponse:
    """Return JSON, compressed where that is understood: what a page sends stands in it only as a signed ticket."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    content = body.encode()
    if "gzip" in asked.request.META.get("HTTP_ACCEPT_ENCODING", ""):
        content, headers["Content-Encoding"] = gzip.compress(content, 5, mtime=0), "gzip"
    return HttpResponse(content, content_type="application/json", headers=headers)


def _script(request: HttpRequest, name: str, kept: str) -> HttpResponse:
    etag = f'W/"{contents.stamp(name)}"'
    headers = {
        "Cache-Control": kept,
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if request.META.get("HTTP_IF_NONE_MATCH") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    is_packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    body = contents.packed(name) if is_packed else contents.script(name).encode()
    headers |= {"Content-Length": str(len(body)), **({"Content-Encoding": "gzip"} if is_packed else {})}
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers=headers)


def _device(said: str | None) -> str:
    """Return what stands for a device, as its page drew it; "" where it drew none."""
    return said if said and said.isascii() and said.isalnum() and len(said) in DEVICE_LENGTHS else ""


def _rests(found: KnownWidget, device: str) -> bool:
    return bool(device) and cache.get(_name(found, device)) is not None


def _let_rest(found: KnownWidget, device: str) -> bool:
    """Leave a device alone from now on; return False where that has begun before."""
    return not device or cache.add(_name(found, device), 1, int(found.widget.rest.total_seconds()))


def _name(found: KnownWidget, device: str) -> str:
    return "widget-asked-" + tokens.digest(f"{found.widget.pk} {device}").hex()
