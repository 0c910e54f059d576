"""The page of one improvement: what it says, who wants it, which answers asked for it, and what was done."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import clock, company_clock
from accounts.models import User
from followups.improvements import answers, measures, runs, wording
from followups.improvements.forms import CommentForm, ImprovementStateForm
from followups.models import Improvement

# So many of the answers that asked for it are quoted, the latest.
QUOTED = 10


@require_safe
def show_improvement(request: HttpRequest, pk: int) -> HttpResponse:
    return improvement_page(request, reachable(request, pk))


def reachable(request: HttpRequest, pk: int) -> Improvement:
    """Return an improvement that the reader sees, or answer 404 to a stranger."""
    visible = Improvement.objects.visible_to(cast(User, request.user))
    return get_object_or_404(visible.select_related("owner", "brand", "team", "proposed_by"), pk=pk)


def improvement_page(request: HttpRequest, improvement: Improvement, **forms: Any) -> HttpResponse:
    """Render the page of an improvement; `forms` are bound ones that say what to fix."""
    reader, now = cast(User, request.user), clock.now()
    linked = answers.linked(improvement, reader)
    activities = improvement.activities.select_related("by").order_by("-at", "-pk")
    context = {
        "improvement": improvement,
        "topics": improvement.topics.order_by("position", "pk"),
        "causes": improvement.root_causes.select_related("parent__parent").order_by("position", "pk"),
        "is_overdue": improvement.is_overdue(company_clock.today(now)),
        "votes": improvement.votes.count(),
        "is_wanted": improvement.votes.filter(person=reader).exists(),
        "may_lead": improvement.may_be_led_by(reader),
        "may_word": improvement.may_be_worded_by(reader),
        "asked": linked.select_related("contact").order_by("-answered_at", "-pk")[:QUOTED],
        "asked_number": linked.count(),
        "suggested": answers.suggested(improvement, reader, now).count(),
        "recent_days": answers.RECENT.days,
        "progress": runs.progress(improvement),
        "history": wording.history(activities),
        "sections": measures.sections(improvement, request),
        "state_form": ImprovementStateForm(initial={"state": improvement.state, "done_on": improvement.done_on}),
        "comment_form": CommentForm(),
    }
    return render(request, "followups/improvement.html", context | forms)
