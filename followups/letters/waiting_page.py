"""The page of letters that belong to no follow-up, and what somebody does about a letter."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from followups.customers import visibility
from followups.letters import refusals, written_scores
from followups.letters.shown import ShownLetter
from followups.models import CustomerLetter
from followups.models.customer_letter import CustomerLetterQuerySet

PAGE = 25


def of(user: User) -> CustomerLetterQuerySet:
    """Return the letters of customers whom this person may look at; whoever sees all teams, those of strangers too."""
    theirs = Q(contact__in=visibility.contacts_of(user))
    if user.sees_all_teams:
        theirs |= Q(contact=None)
    letters: CustomerLetterQuerySet = CustomerLetter.objects.filter(theirs)
    return letters


@require_safe
def show_letters(request: HttpRequest) -> HttpResponse:
    waiting = of(cast(User, request.user)).waiting().order_by("pk")
    waiting = waiting.select_related("letter__answers", "contact__company", "invitation", "followup")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    return render(request, "followups/letters.html", {"page": page, "letters": [ShownLetter(row) for row in page]})


@require_POST
def see_to(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    if get_object_or_404(of(user), pk=pk).see_to(by=user):
        messages.success(request, _("The letter is seen to."))
    return redirect("letters")


@require_POST
def write_score_down(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    letter = get_object_or_404(of(user).select_related("followup"), pk=pk)
    try:
        written_scores.write_down(letter, score=int(request.POST.get("score", "")), by=user)
    except ValueError:
        messages.error(request, _("Choose the score that the customer gave."))
    except written_scores.AlreadyAnswered:
        messages.error(request, _("The customer has answered by the link since: that answer stands."))
    except written_scores.NothingToWriteDown:
        messages.error(request, _("This was written down before."))
    else:
        messages.success(request, _("The score is written down as told by the customer."))
    return redirect(letter.followup or "letters")


@require_POST
def write_refusal_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody's word for it that a letter says that its writer wants no more messages."""
    letter = get_object_or_404(of(cast(User, request.user)).select_related("letter__answers", "followup"), pk=pk)
    if refusals.write_down(letter, by=cast(User, request.user)):
        messages.success(request, _("Nobody writes to them any more."))
    else:
        messages.error(request, _("It is not known which address that would be. Look at the customer's page."))
    return redirect(letter.followup or "letters")
