"""What is done about an improvement: each is a resource of its own and takes a POST."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.models import User
from followups.improvements import answers, audience, changes, letters, runs
from followups.improvements.forms import CommentForm, ImprovementStateForm, ToldForm
from followups.improvements.page import improvement_page, reachable
from followups.improvements.views import get_or_post
from followups.models import Improvement

# So many of those whose letter did not arrive are named.
NAMED = 10


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    reader, improvement = cast(User, request.user), reachable(request, pk)
    if request.POST.get("vote") == "back":
        changes.take_vote_back(improvement, by=reader)
    else:
        changes.vote(improvement, by=reader)
    return redirect("improvements" if request.POST.get("then") == "board" else improvement)


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    reader, improvement = cast(User, request.user), reachable(request, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return improvement_page(request, improvement, comment_form=form)
    changes.comment(improvement, form.cleaned_data["text"], by=reader)
    messages.success(request, _("The comment is saved."))
    return redirect(f"{improvement.get_absolute_url()}#history")


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    reader, improvement = _led(request, pk)
    form = ImprovementStateForm(request.POST)
    if not form.is_valid():
        return improvement_page(request, improvement, state_form=form)
    if improvement.move(form.cleaned_data["state"], by=reader, on=form.day):
        messages.success(request, _("State: %(state)s") % {"state": improvement.get_state_display()})
    return redirect(improvement)


@require_POST
def link_suggested(request: HttpRequest, pk: int) -> HttpResponse:
    """Link the answers of late that name its topics; or take one away that was linked."""
    reader, improvement = _led(request, pk)
    if away := request.POST.get("away", ""):
        named = answers.linked(improvement, reader).filter(pk=away if away.isascii() and away.isdigit() else 0)
        changes.unlink(improvement, named, by=reader)
        messages.success(request, _("The answer is taken away."))
    else:
        number = changes.link(improvement, answers.suggested(improvement, reader, clock.now()), by=reader)
        messages.success(
            request, ngettext("%(number)d answer linked", "%(number)d answers linked", number) % {"number": number}
        )
    return redirect(f"{improvement.get_absolute_url()}#asked")


@get_or_post
def write_to_customers(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who will be written to, and what; write to them when told so."""
    reader, improvement = _led(request, pk)
    if "send" in request.POST and improvement.is_done:
        number = runs.want(improvement, by=reader)
        said = ngettext("%(number)d letter is on its way.", "%(number)d letters are on their way.", number)
        messages.success(request, said % {"number": number})
        return redirect(f"{improvement.get_absolute_url()}#letters")
    told = audience.of(improvement, reader, clock.now())
    form = ToldForm(request.POST or None, languages=told.languages, told=improvement.told)
    if request.method == "POST" and form.is_valid():
        changes.word(improvement, improvement.told | form.told, by=reader)
        return redirect("improvement_letters", improvement.pk)
    return render(request, "followups/improvement_letters.html", _letters_of(improvement, told, form))


def _letters_of(improvement: Improvement, told: audience.Complainants, form: ToldForm) -> dict[str, Any]:
    first = {each.response.language: each for each in reversed(told.writable)}
    return {
        "improvement": improvement,
        "form": form,
        "number": len(told.customers),
        "writable": len(told.writable),
        "left": told.left,
        "left_number": len(told.customers) - len(told.writable),
        "anonymous": told.anonymous,
        "came_back": told.came_back[:NAMED],
        "came_back_more": max(len(told.came_back) - NAMED, 0),
        "previews": [(language, letters.preview(improvement, each)) for language, each in sorted(first.items())],
        "progress": runs.progress(improvement),
    }


def _led(request: HttpRequest, pk: int) -> tuple[User, Improvement]:
    """Return the reader and an improvement that they may lead; raise PermissionDenied where they may not."""
    reader, improvement = cast(User, request.user), reachable(request, pk)
    if not improvement.may_be_led_by(reader):
        raise PermissionDenied
    return reader, improvement
