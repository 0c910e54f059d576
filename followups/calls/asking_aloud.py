"""The page from which staff read a question aloud, by telephone or at a meeting, and write down what was said."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import User
from crm import merges
from followups.calls import desk
from followups.calls.forms import SpokenAskForm
from followups.calls.spoken_ask import SpokenAsk
from followups.customers import visibility
from responses import staff_entry
from responses.further_answers import LONGEST_PHONE, LONGEST_WORDS
from responses.page.forms import further_of
from surveys.judging import reasons
from surveys.judging.by_hand import NotAsked

DECLINED = ("later", "never")


@require_http_methods(["GET", "HEAD", "POST"])
def ask_aloud(request: HttpRequest, pk: int) -> HttpResponse:
    visible = visibility.contacts_of(cast(User, request.user)).select_related("company")
    contact = get_object_or_404(visible, pk=merges.survivors_of([pk]).get(pk, pk))
    if contact.pk != pk and request.method != "POST":
        return redirect("contact_ask", contact.pk)
    wanted = request.POST if request.method == "POST" else request.GET
    ask = SpokenAsk.of(contact, cast(User, request.user), wanted, clock.now())
    if ask is None:
        return render(request, "followups/calls/ask_nothing.html", {"contact": contact})
    if request.method != "POST" or "switch" in wanted or "show" in wanted:
        return _page(request, ask, _unsent(ask, request))
    form = SpokenAskForm(ask, request.POST)
    if wanted.get("declined") in DECLINED:
        return _page(request, ask, form) if form.is_about_other else _decline(request, ask)
    return _write_down(request, ask, form) if form.is_valid() else _page(request, ask, form)


def _write_down(request: HttpRequest, ask: SpokenAsk, form: SpokenAskForm) -> HttpResponse:
    try:
        response = staff_entry.take(ask.draft, form.answer(), by=ask.by, now=ask.now)
    except NotAsked as refusal:
        form.add_error(None, _("Not written down. %(reason)s") % {"reason": reasons.label(refusal.reason)})
    except staff_entry.OwnDeal:
        form.add_error(None, _("This is about a deal of yours: a colleague writes it down."))
    except staff_entry.AlreadyAnswered:
        form.add_error(None, _("An answer to this was written down or given before: that answer stands."))
    else:
        messages.success(request, _("The answer is written down. You may say: %s") % ask.thanks(response.score))
        return _on(ask)
    return _page(request, ask, form)


def _decline(request: HttpRequest, ask: SpokenAsk) -> HttpResponse:
    never = request.POST["declined"] == "never"
    try:
        staff_entry.decline(ask.draft, mode=ask.mode, by=ask.by, never_again=never, now=ask.now)
    except staff_entry.OwnDeal:
        return _page(request, ask, _unsent(ask, request))
    said = _("Nobody asks or writes to them any more.") if never else _("Not now: they are not asked again soon.")
    messages.success(request, said)
    return _on(ask)


def _on(ask: SpokenAsk) -> HttpResponse:
    """Lead back to the calls, where this was one of them, else to the customer."""
    was_call = desk.finish(ask.contact, by=ask.by, now=ask.now)
    return redirect("calls") if was_call else redirect("contact", ask.contact.pk)


def _unsent(ask: SpokenAsk, request: HttpRequest) -> SpokenAskForm:
    """Return the form with all that was typed, found wrong in nothing yet."""
    form = SpokenAskForm(ask)
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("key", "score", "comment")}
        form.initial = {**form.initial, **typed, "topics": request.POST.getlist("topics")}
    return form


def _page(request: HttpRequest, ask: SpokenAsk, form: SpokenAskForm) -> HttpResponse:
    context = {
        "longest_words": LONGEST_WORDS,
        "longest_phone": LONGEST_PHONE,
        "ask": ask,
        "contact": ask.contact,
        "form": form,
        "score": str(form["score"].value() or ""),
        "further": ask.further(further_of(request.POST)),
        "topics": [str(topic) for topic in form["topics"].value() or []],
    }
    return render(request, "followups/calls/ask_aloud.html", context)
