"""The verbs of a follow-up: each is a resource of its own and takes a POST."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock, dates
from accounts.models import User
from followups import services
from followups.compensations import words
from followups.compensations.codes import NoCodeLeft
from followups.compensations.gifts import TooMuch
from followups.forms import AssignmentForm, CallForm, DismissalForm, NoteForm, ProgressForm
from followups.inbox import flow
from followups.inbox.followup_page import bound_resolution, followup_page, reachable
from followups.inbox.forms import StateForm
from followups.inbox.step_list import StepForm
from followups.letters import replies, reply_ways
from followups.letters.forms import ReplyForm
from followups.letters.limits import TooManyReplies
from followups.models import Activity, Followup, FollowupIsClosed, StateDoesNotFit
from followups.notices import mentions
from followups.playbooks import steps
from followups.vocabulary.states import StateList

Verb = Callable[[HttpRequest, Followup, User], HttpResponse | str]


def verb(*, shows: str) -> Callable[[Verb], Callable[[HttpRequest, int], HttpResponse]]:
    """Fetch the follow-up within the user's reach; the view answers with a page, or a sentence about what it did.

    `shows`: the part of the page where the deed can be seen. Without it browsers stay where the form was. Whoever asks
    for the next one is led to what comes after this in their list, or to its end.
    """

    def made_of(view: Verb) -> Callable[[HttpRequest, int], HttpResponse]:
        @require_POST
        @wraps(view)
        def answer(request: HttpRequest, pk: int) -> HttpResponse:
            followup, user = reachable(request, pk), cast(User, request.user)
            here = flow.of_request(request, followup, clock.now())
            place = f"{followup.get_absolute_url()}{f'?{here.query}' if request.GET else ''}#{shows}"
            try:
                answered = view(request, followup, user)
            except FollowupIsClosed:
                messages.error(request, _("The follow-up is closed. Reopen it first."))
                return redirect(place)
            if not isinstance(answered, str):
                return answered
            messages.success(request, answered)
            if request.POST.get("then") == "next":
                return redirect(here.onward)
            return redirect(place if followup.is_visible_to(user) else here.list_address)

        return answer

    return made_of


@verb(shows="activities")
def add_note(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return followup_page(request, followup, note_form=form)
    kind, text = form.cleaned_data["kind"], form.cleaned_data["text"]
    if kind == Activity.Kind.NOTE:
        also = form.cleaned_data["colleague"]
        named = services.add_note(followup=followup, text=text, by=user, colleagues=[also] if also else [])
        for missed in mentions.missed(named, followup):
            messages.warning(request, missed)
        return _("The note is saved.")
    followup.log_contact(kind, text, by=user)
    return _("The call is saved.") if kind == Activity.Kind.CALL else _("The e-mail is saved.")


@verb(shows="activities")
def log_call(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = CallForm(request.POST, auto_id="call_%s")
    if not form.is_valid():
        return followup_page(request, followup, call_form=form)
    followup.log_call(**form.cleaned_data, by=user)
    return _("The call is saved.")


@verb(shows="activities")
def reply(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = ReplyForm(request.POST, request.FILES, followup=followup, ways=reply_ways.of(followup), writer=user)
    is_right = form.is_valid()
    if request.headers.get("HX-Request"):
        # While one writes, what a text message takes is counted beside it; nothing is sent.
        return render(request, "followups/_text_figures.html", {"look": form.look})
    if not is_right:
        return followup_page(request, followup, reply_form=form)
    said, gives = form.said, form.cleaned_data.get("gives")
    if "preview" in request.POST:
        shown = replies.preview(followup, said, by=user, gives=gives) if said.is_letter else form.look
        return followup_page(request, followup, reply_form=form, preview=shown)
    try:
        services.reply(followup=followup, said=said, key=str(form.cleaned_data["key"]), by=user, gives=gives)
    except (services.CannotReply, NoCodeLeft, TooMuch, TooManyReplies) as refusal:
        form.add_error(*_refused(refusal))
        return followup_page(request, followup, reply_form=form)
    return _("The e-mail is on its way.") if said.is_letter else _("The message is on its way.")


def _refused(refusal: Exception) -> tuple[str | None, str]:
    """Return the field of the form that a refusal is about, None for all of it, and what it says."""
    match refusal:
        case NoCodeLeft():
            return "gives", words.no_code_left()
        case TooMuch():
            return None, words.too_much()
        case TooManyReplies():
            return None, _wait(to_customer=refusal.to_customer)
        case _:
            return None, _("This customer cannot be written to.")


def _wait(*, to_customer: bool) -> str:
    if to_customer:
        return _("Not sent: this customer has had enough messages for one day. Send it tomorrow, or call.")
    return _("Not sent: you wrote very many messages within an hour. Send it a little later.")


@verb(shows="standing")
def assign(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = AssignmentForm(request.POST, followup=followup, user=user)
    if not form.is_valid():
        return followup_page(request, followup, assignment_form=form)
    to = form.cleaned_data["to"]
    services.hand_over(followup=followup, to=to, by=user, text=form.cleaned_data["words"])
    if to == user:
        return _("The follow-up is yours.")
    return _("The follow-up is assigned to %(name)s.") % {"name": to} if to else _("It is in the team's queue.")


@verb(shows="standing")
def progress(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return followup_page(request, followup, progress_form=form)
    if form.cleaned_data["status"] == Followup.Status.WAITING:
        until, or_answer = form.cleaned_data["until"] or followup.next_look(clock.now()), form.cleaned_data["or_answer"]
        followup.wait(by=user, until=until, or_answer=or_answer)
        if or_answer:
            return _("It waits until the customer answers, at the latest until %(day)s.") % {"day": dates.day(until)}
        return _("It waits for the customer; look again on %(day)s.") % {"day": dates.day(until)}
    followup.start(by=user)
    return _("The follow-up is in progress.")


@verb(shows="standing")
def put(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = StateForm(request.POST, followup=followup, states=StateList.fetch())
    if not form.is_valid():
        return followup_page(request, followup, state_form=form)
    state = form.cleaned_data["state"]
    try:
        followup.put(state, by=user)
    except StateDoesNotFit:
        form.add_error("state", StateForm.NOT_OFFERED)
        return followup_page(request, followup, state_form=form)
    return _("It stands at “%(state)s” now.") % {"state": state}


@verb(shows="steps")
def do_step(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = StepForm(request.POST, followup=followup)
    if not form.is_valid():
        return followup_page(request, followup, step_form=form)
    step, because = form.cleaned_data["step"], form.cleaned_data["because"]
    if form.cleaned_data["deed"] == StepForm.UNDO:
        steps.untick(followup=followup, step=step, by=user)
        return _("The step is to be done again.")
    steps.tick(followup=followup, step=step, by=user, because=because)
    return _("The step is skipped.") if because else _("The step is done.")


@verb(shows="content")
def resolve(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = bound_resolution(followup, request.POST)
    if not form.is_valid():
        return followup_page(request, followup, resolution_form=form)
    followup.resolve(**form.cleaned_data, by=user)
    return _("The follow-up is resolved.")


@verb(shows="content")
def dismiss(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = DismissalForm(request.POST)
    if not form.is_valid():
        return followup_page(request, followup, dismissal_form=form)
    followup.dismiss(reason=form.cleaned_data["reason"], by=user)
    return _("The follow-up is dismissed.")


@verb(shows="content")
def reopen(_request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    followup.reopen(by=user)
    return _("The follow-up is open again.")
