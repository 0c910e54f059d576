"""The life of one invitation from planning to the last word of its follow-up."""

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from followups.models import Activity, Followup
from responses import trail
from responses.evidence import reasons
from responses.models import LinkVisit, Response
from responses.word_access import WordAccess
from surveys.fates import ledger
from surveys.fates.ledger import Moment
from surveys.models import Invitation

# A mail gateway may open a link hundreds of times; its first visits tell what it is.
MOST_VISITS = 200
# What a request did, by its method.
DEEDS = {
    "GET": gettext_lazy("opened"),
    "HEAD": gettext_lazy("asked for the headers only"),
    "POST": pgettext_lazy("what a visitor did", "sent"),
}


def with_life(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Fetch with each invitation what of() reads of it, in four queries."""
    known = Activity.objects.select_related("by", "followup").order_by("at", "pk")
    activities = [Prefetch(f"{work}__activities", known) for work in ("response__followup", "followup")]
    return invitations.select_related(
        "contact", "survey", "version", "touchpoint", "product", "manager", "response__followup", "followup",
        *ledger.RELATIONS,
    ).prefetch_related(*ledger.PREFETCHES, *activities)  # fmt: skip


def of(invitation: Invitation, access: WordAccess) -> list[Moment]:
    """Return everything that happened with an invitation, in order of time; one query for the visits.

    Of what the customer said `access` leaves out what it hides.
    """
    visits = invitation.visits.order_by("at", "pk")[:MOST_VISITS]
    moments = [*ledger.until_sent(invitation), *(_visit(visit) for visit in visits)]
    if hasattr(invitation, "response"):
        moments += _of_response(invitation.response, access)
        if hasattr(invitation.response, "followup"):
            moments += _of_followup(invitation.response.followup)
    if hasattr(invitation, "followup"):
        moments += _of_followup(invitation.followup)
    return ledger.in_order(moments)


def _visit(visit: LinkVisit) -> Moment:
    score = "" if visit.score_asked_for is None else str(visit.score_asked_for)
    if visit.method == LinkVisit.BY_TEXT:
        return Moment(visit.at, _("Answered by text message"), score)
    if visit.method == LinkVisit.BY_CHAT:
        return Moment(visit.at, _("Answered in the chat"), score)
    score = "" if visit.score_asked_for is None else _("button %(score)d") % {"score": visit.score_asked_for}
    did = str(DEEDS.get(visit.method, visit.method))
    seen = (did, score, visit.user_agent, visit.network, ", ".join(reasons.words(visit.evidence)))
    what = _("Survey page visited: %(verdict)s") % {"verdict": visit.get_verdict_display()}
    return Moment(visit.at, what, " · ".join(part for part in seen if part))


def _of_response(response: Response, access: WordAccess) -> Iterator[Moment]:
    said = trail.of(response, access)
    for number, entry in enumerate(said):
        what = _("Answer changed to %(score)d") if number else _("Answered: %(score)d")
        if entry.is_late:
            what = _("Answer changed to %(score)d, which counts nowhere")
        is_last = number == len(said) - 1
        yield Moment(entry.at, what % {"score": entry.score}, entry.comment if is_last else "", "answer")
    if response.is_provisional:
        suspicion = ", ".join(reasons.words(response.suspicion))
        yield Moment(response.changed_at, _("Kept aside: a machine may have answered"), suspicion, "wrong")
    if response.settled_at:
        yield Moment(response.settled_at, _("The answer has settled"))
    if response.routed_at:
        yield Moment(response.routed_at, _("The playbook was followed"))


def _of_followup(followup: Followup) -> Iterator[Moment]:
    for activity in followup.activities.all():
        parts = (str(activity.by or ""), activity.text)
        yield Moment(activity.at, activity.summary, " · ".join(part for part in parts if part))
