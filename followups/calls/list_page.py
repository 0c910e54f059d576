"""The page of calls to make."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock, company_clock
from accounts.models import User
from followups.calls import desk, waiting
from followups.calls.forms import CallTryForm
from followups.customers import visibility
from followups.models import CustomerCall
from responses.staff_entry import OwnDeal
from surveys.models import Invitation

OF_INVITATION = ("contact__company", "survey", "call__claimed_by", "manager", "product")


@require_safe
def show_calls(request: HttpRequest) -> HttpResponse:
    return _page(request, CallTryForm())


@require_POST
def claim_call(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    reachable = Invitation.objects.filter(contact__in=visibility.all_contacts_of(user))
    invitation = get_object_or_404(reachable.select_related(*OF_INVITATION), pk=pk)
    now = clock.now()
    try:
        if waiting.against(invitation, user, now):
            raise desk.Taken(pk)
        desk.claim(invitation, by=user, now=now)
    except desk.Taken:
        messages.error(request, _("Somebody else is calling, or this call is over."))
    return redirect("calls")


@require_POST
def lay_call_down(request: HttpRequest) -> HttpResponse:
    desk.lay_down(by=cast(User, request.user))
    return redirect("calls")


@require_POST
def note_try(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    mine = CustomerCall.objects.filter(contact__in=visibility.all_contacts_of(user))
    call = get_object_or_404(mine.select_related("contact", "invitation__survey", "invitation__touchpoint"), pk=pk)
    form = CallTryForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    said, now = form.cleaned_data, clock.now()
    try:
        desk.note(call, said["outcome"], by=user, now=now, again_at=said["again_at"], never=said["never"])
    except desk.Taken:
        messages.error(request, _("Somebody else is calling, or this call is over."))
    except OwnDeal:
        messages.error(request, _("This is about a deal of yours: a colleague asks and writes the answer down."))
    else:
        messages.success(request, _("Noted."))
    return redirect("calls")


def _page(request: HttpRequest, form: CallTryForm) -> HttpResponse:
    user, now = cast(User, request.user), clock.now()
    at_hand = CustomerCall.objects.filter(claimed_by=user, claimed_until__gt=now, ended_at=None).first()
    invitation = Invitation.objects.select_related(*OF_INVITATION).filter(call=at_hand).first() if at_hand else None
    found = [each for each in waiting.waiting(user, now) if not invitation or each.invitation.pk != invitation.pk]
    refusal = waiting.against(invitation, user, now) if invitation else ""
    context = {
        "at_hand": waiting.of(invitation, user, now, company_clock.zone(), refusal=refusal) if invitation else None,
        "groups": [
            (_("It is a good hour there"), [each for each in found if each.is_polite]),
            (_("It is early, late or a weekend there"), [each for each in found if not each.is_polite]),
        ],
        "has_calls": bool(found) or invitation is not None,
        "form": form,
    }
    return render(request, "followups/calls/calls.html", context)
