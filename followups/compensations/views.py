"""The verbs of what customers are given; each is a resource of its own and takes a POST."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.models import User
from followups.compensations import gifts, words
from followups.compensations.codes import NoCodeLeft
from followups.compensations.forms import CompensationForm, WithdrawalForm
from followups.inbox.followup_page import followup_page
from followups.inbox.verbs import verb
from followups.models import Compensation, Followup
from followups.playbooks import steps


@verb(shows="compensations")
def give(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = CompensationForm(request.POST, followup=followup)
    if not form.is_valid():
        return followup_page(request, followup, compensation_form=form)
    try:
        given = _given(followup, form, user)
    except NoCodeLeft:
        form.add_error("pool", words.no_code_left())
        return followup_page(request, followup, compensation_form=form)
    except gifts.TooMuch:
        form.add_error(None, words.too_much())
        return followup_page(request, followup, compensation_form=form)
    return _("Given: %(what)s.") % {"what": given.words}


@transaction.atomic
def _given(followup: Followup, form: CompensationForm, user: User) -> Compensation:
    """Give what a form says, and tick off the step that asked for it."""
    given = gifts.give(followup=followup, gift=form.gift, key=form.cleaned_data["key"], by=user)
    if step := form.cleaned_data["step"]:
        steps.tick(followup=followup, step=step, by=user)
    return given


@verb(shows="compensations")
def withdraw(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = WithdrawalForm(request.POST, followup=followup)
    if not form.is_valid():
        messages.error(request, _("Nothing was withdrawn: say why."))
        return followup_page(request, followup)
    compensation = form.cleaned_data["compensation"]
    compensation.withdraw(reason=form.cleaned_data["reason"], by=user, at=clock.now())
    return _("Withdrawn: %(what)s.") % {"what": compensation.words}
