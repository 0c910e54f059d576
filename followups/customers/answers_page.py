"""One answer: what was said and seen, and the word of staff on whose it is and what it is about."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from followups.customers import visibility
from followups.forms import RelabelForm, TopicsOfAnswerForm
from followups.second_asks import pair
from responses.evidence import reasons
from responses.evidence.corrections import relabel
from responses.models import Response
from responses.topics.labels import correct

# An invitation at which machines were busy may have hundreds of visits.
VISITS = 60

managers_only = permission_required("analytics.view_dashboard", raise_exception=True)


@require_safe
@managers_only
def show_answer(request: HttpRequest, pk: int) -> HttpResponse:
    return _answer_page(request, _reachable(request, pk), RelabelForm())


@require_POST
@managers_only
def label(request: HttpRequest, pk: int) -> HttpResponse:
    response, user = _reachable(request, pk), cast(User, request.user)
    form = RelabelForm(request.POST)
    if not form.is_valid():
        return _answer_page(request, response, form)
    as_human = form.cleaned_data["label"] == RelabelForm.HUMAN
    relabel(response_id=response.pk, as_human=as_human, by=user, reason=form.cleaned_data["reason"])
    messages.success(request, _("The answer counts.") if as_human else _("The answer does not count."))
    return redirect("answer", pk)


@require_POST
@managers_only
@permission_required("responses.label_topics", raise_exception=True)
def correct_topics(request: HttpRequest, pk: int) -> HttpResponse:
    response = _reachable(request, pk)
    form = TopicsOfAnswerForm(request.POST)
    if not form.is_valid():
        return _answer_page(request, response, RelabelForm(), form)
    chosen = [topic.pk for topic in form.cleaned_data["topics"]]
    correct(response_id=response.pk, topic_ids=chosen, by=cast(User, request.user))
    messages.success(request, _("The topics are saved."))
    return redirect("answer", pk)


def _reachable(request: HttpRequest, pk: int) -> Response:
    visible = visibility.answers_of(cast(User, request.user))
    return get_object_or_404(visible.select_related("contact", "survey", "followup", "staff_entry__by"), pk=pk)


def _answer_page(
    request: HttpRequest, response: Response, form: RelabelForm, about: TopicsOfAnswerForm | None = None
) -> HttpResponse:
    seen = response.invitation.visits if response.invitation else response.visits
    visits = seen.order_by("-at", "-pk")[:VISITS]
    named = list(response.response_topics.select_related("topic").order_by("topic__position", "topic"))
    context = {
        "response": response,
        "pair": pair.of(response),
        "named": named,
        "topic_labels": response.topic_labels.select_related("topic", "by").order_by("-at", "topic__position"),
        "about": about or TopicsOfAnswerForm(initial={"topics": [each.topic_id for each in named]}),
        "suspicion": list(reasons.words(response.suspicion)),
        "visits": [(visit, list(reasons.words(visit.evidence))) for visit in visits],
        "relabellings": response.relabellings.select_related("by").order_by("-at", "-pk"),
        "form": form,
    }
    return render(request, "followups/answer.html", context)
