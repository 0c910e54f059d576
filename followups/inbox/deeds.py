"""The same done to many follow-ups of a list, told on the list, and undone from there."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.models import User
from followups import assignees, bulk
from followups.bulk import Refusal, Verb
from followups.inbox import lists
from followups.inbox.forms import BulkForm
from followups.inbox.lists import Reader
from followups.inbox.views import inbox_page
from followups.models import BulkDeed, Followup
from followups.models.deed import Deed
from followups.notices import mentions
from followups.vocabulary.states import StateList

Kind = BulkDeed.Kind


@require_POST
def do_to_many(request: HttpRequest) -> HttpResponse:
    user, now = cast(User, request.user), clock.now()
    form = BulkForm(request.POST, user=user, states=StateList.fetch())
    if not form.is_valid():
        return inbox_page(request, status=400, bulk_form=form)
    asked = form.cleaned_data
    work = lists.of_request(request, Reader.at(now, user))
    keys = work.stretches.keys(bulk.MOST) if asked["all"] else asked["row"]
    kind = Kind(asked["do"])
    deed = bulk.do(keys, VERBS[kind](asked, user, now), kind=kind, key=form.sending(work.query), by=user)
    if kind == Kind.NOTE:
        for missed in mentions.not_understood(mentions.in_note(asked["note"])):
            messages.warning(request, missed)
    return redirect(f"{lists.address(work.query)}&deed={deed.pk}")


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    deed = get_object_or_404(BulkDeed, pk=pk, by=user)
    try:
        bulk.undo(deed, by=user)
    except bulk.TooLate:
        messages.error(request, _("It is too late to undo this."))
    return redirect(f"{lists.address(lists.of_request(request, Reader.at(clock.now(), user)).query)}&deed={pk}")


def _assign(asked: dict[str, Any], user: User, _now: datetime) -> Verb:
    def assign(row: Followup) -> Deed | Refusal | None:
        return row.as_assigned(asked["to"]) if assignees.is_possible(asked["to"], row, user) else Refusal.NOT_IN_TEAM

    return assign


def _note(asked: dict[str, Any], _user: User, _now: datetime) -> Verb:
    return lambda row: row.as_noted(asked["note"])


def _resolve(asked: dict[str, Any], user: User, now: datetime) -> Verb:
    def resolve(row: Followup) -> Deed | Refusal | None:
        if row.asks_for_a_cause:
            return Refusal.NEEDS_CAUSE
        return Refusal.NEEDS_WORDS if row.is_of_letter else row.as_resolved(by=user, at=now, outcome=asked["outcome"])

    return resolve


def _put(asked: dict[str, Any], _user: User, now: datetime) -> Verb:
    return lambda row: row.as_put(asked["state"], now=now)


def _dismiss(asked: dict[str, Any], user: User, now: datetime) -> Verb:
    return lambda row: row.as_dismissed(by=user, at=now, reason=asked["reason"])


VERBS: dict[Kind, Callable[[dict[str, Any], User, datetime], Verb]] = {
    Kind.ASSIGN: _assign,
    Kind.NOTE: _note,
    Kind.RESOLVE: _resolve,
    Kind.DISMISS: _dismiss,
    Kind.STATE: _put,
}
