from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import Organisation, User
from delivery.models import Message
from followups.closing import shown as closing
from followups.compensations import page as compensations
from followups.compensations.forms import pools_on_offer
from followups.customers import timeline
from followups.forms import AssignmentForm, CallForm, DismissalForm, NoteForm, ProgressForm, ResolutionForm
from followups.inbox import flow, step_list
from followups.inbox.forms import StateForm
from followups.letters import reply_templates, reply_ways, shown, subjects
from followups.models import Activity, Followup, FollowupStep, WorkSubject
from followups.second_asks import pair
from followups.vocabulary.cause_tree import CauseTree
from responses import trail
from responses.models import Response, Topic
from responses.word_access import WordAccess
from surveys.models import Invitation

HISTORY = 12
ABOUT_ASK = (
    "survey__brand", "contact__company", "company", "manager", "product", "channel", "touchpoint__deal",
    "response__followup",
)  # fmt: skip


@require_safe
def show_followup(request: HttpRequest, pk: int) -> HttpResponse:
    return followup_page(request, reachable(request, pk))


def reachable(request: HttpRequest, pk: int) -> Followup:
    """Return the follow-up with everything that its page shows, or answer 404 to a stranger."""
    visible = Followup.objects.visible_to(cast(User, request.user)).select_related(
        "assignee",
        "team",
        "closed_by",
        "playbook",
        "state",
        "response__survey__brand",
        "response__contact__company",
        "response__company",
        "response__manager",
        "response__product",
        "response__channel",
        "response__invitation__touchpoint__deal",
        *(f"invitation__{fact}" for fact in ABOUT_ASK),
        "root_cause__parent__parent",
    )
    return get_object_or_404(visible, pk=pk)


def followup_page(request: HttpRequest, followup: Followup, **forms: Any) -> HttpResponse:
    """Render the page of a follow-up; `forms` are bound ones that say what to fix."""
    user, response, about = cast(User, request.user), followup.response, followup.about
    draft = {"root_cause": followup.root_cause_id, "resolution": followup.resolution, "outcome": followup.outcome}
    here, topics = flow.of_request(request, followup, clock.now()), topics_of(response)
    known = here.work.reader.known
    activities = list(followup.activities.select_related("by", "followup").order_by("-at", "-pk"))
    pools = pools_on_offer() if followup.is_open else []
    ways = reply_ways.of(followup)
    lines = step_list.lines(followup, get_language() or "en", pools)
    context = {
        "followup": followup,
        "response": response,
        "about": about,
        "touchpoint": ask.touchpoint if (ask := _ask_of(about)) else None,
        "answered_since": getattr(followup.invitation, "response", None),
        "written_before": _letter_work(followup, user),
        "contact": about.contact,
        "addresses": about.contact.addresses.preferred_first() if about.contact else (),
        "topics": topics,
        "may_label": user.has_perms(["analytics.view_dashboard", "responses.label_topics"]),
        "pair": pair.of(response) if response else None,
        "trail": trail.of(response, WordAccess.of_request(request)) if response else (),
        "steps": lines,
        "instructions": followup.instructions_in(get_language() or "en"),
        "activities": activities,
        "mail": _mail_of(activities),
        **_letters(followup, activities, WordAccess.of_request(request)),
        "history": _history(followup),
        "now": clock.now(),
        "currency": Organisation.current().currency,
        "note_form": NoteForm(),
        "call_form": CallForm(auto_id="call_%s"),
        **reply_templates.page(request, followup, user, subject=subjects.of_reply(followup), pools=pools, ways=ways),
        "ways": ways,
        "assignment_form": AssignmentForm(followup=followup, user=user),
        "progress_form": ProgressForm(initial={"until": followup.look_again_on or followup.next_look(clock.now())}),
        "state_form": StateForm(followup=followup, states=known.states),
        "resolution_form": ResolutionForm(
            followup=followup,
            tree=known.causes,
            topics=[topic.pk for topic in topics],
            initial=draft,
        ),
        **compensations.page(followup, user, pools, step=_offered(request, lines)),
        **closing.page(followup, WordAccess.of_request(request), activities),
        "dismissal_form": DismissalForm(),
        "flow": here,
        "script": followup.playbook.script_in(get_language() or "en") if followup.playbook else "",
    }
    return render(request, "followups/followup.html", context | forms)


def _letter_work(followup: Followup, user: User) -> Followup | None:
    """Return the work that the same ask made by a letter before it was answered, where the reader may see it."""
    ask = followup.response.invitation_id if followup.response else None
    return Followup.objects.visible_to(user).filter(invitation=ask).first() if ask else None


def _ask_of(about: WorkSubject) -> Invitation | None:
    return about.invitation if isinstance(about, Response) else about


def _letters(followup: Followup, activities: Iterable[Activity], access: WordAccess) -> dict[str, Any]:
    """Return the customer's letters by their keys, and the one by which the work began where there is no answer."""
    letters = shown.of_activities(activities, followup, access)
    return {"letters": letters, "opening_letter": letters[min(letters)] if letters and followup.is_of_letter else None}


def _offered(request: HttpRequest, lines: Iterable[step_list.StepLine]) -> FollowupStep | None:
    """Return the step that still waits and whose offer is to be made, as the address says."""
    waiting = (line.step for line in lines if line.can_be_offered and not line.step.is_done)
    return next((step for step in waiting if str(step.pk) == request.GET.get("offer")), None)


def topics_of(response: Response | None) -> list[Topic]:
    if response is None:
        return []
    return [chosen.topic for chosen in response.response_topics.select_related("topic").order_by("pk")]


def bound_resolution(followup: Followup, data: QueryDict) -> ResolutionForm:
    """Return the form that resolves it, filled in, with the root causes that are asked after its answer."""
    topics = [topic.pk for topic in topics_of(followup.response)]
    return ResolutionForm(data, followup=followup, tree=CauseTree.fetch_with_topics(), topics=topics)


def _history(followup: Followup) -> timeline.Timeline | None:
    contact = followup.contact
    return timeline.of_contact(contact, size=HISTORY, with_traces=False, but=followup) if contact else None


def _mail_of(activities: Iterable[Activity]) -> dict[int, Message]:
    """Return the messages that were sent from here, so that each activity can say what became of its own."""
    return Message.objects.in_bulk([sent for activity in activities if (sent := activity.change.get("message"))])
