"""Answers: recording what a person said, and settling it once they are done."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.news import announce
from accounts.nudges import nudge
from accounts.setaside import Batch
from responses import further_answers, latest_scores, statements
from responses.evidence.assessment import Assessment, Label
from responses.models import LinkVisit, Response, ResponseTopic
from responses.models.response import FREEZES_AFTER
from responses.signals import responses_settled
from surveys.models import Invitation

NUDGE_EVERY_SECONDS = 1.0
# Longer than the sweep for machines needs to see what came after an answer.
DOUBTED_WAIT = timedelta(seconds=60)

SETTLING = Batch("settling", _("settling answers"), task="responses.settle_responses", model=Response)

_nudged_at = float("-inf")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request to a customer's link, with the verdict on it."""

    invitation_id: int
    method: str
    asked_for: int | None
    family: str
    network: str
    verdict: Assessment
    # Which request of a burst this is, and how long after the letter it came.
    burst_position: int = 1
    since_sent: timedelta | None = None
    # False where the link has more visits than anybody can learn from: then it is not written down.
    is_kept: bool = True
    # The link to a place for a review that was followed, and those that the page shows from now on, by id.
    followed: int | None = None
    shown: Sequence[int] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "invitation_id": self.invitation_id,
            "method": self.method,
            "asked_for": self.asked_for,
            "family": self.family,
            "network": self.network,
            "label": self.verdict.label.value,
            "evidence": json.dumps(self.verdict.reasons),
            "burst_position": self.burst_position,
            "since_sent": self.since_sent,
            "is_kept": self.is_kept,
            "followed": self.followed,
            "shown": list(self.shown),
        }


def record_visit(visit: Visit, *, now: datetime | None = None) -> None:
    """Keep the evidence of one request. It never is an answer."""
    if visit.is_kept:
        statements.VISIT.run({**visit.parameters, "now": now or clock.now()}, returns=False)


def record_score(*, visit: Visit, score: int, language: str, now: datetime | None = None) -> int | None:
    """Record the score (on the metric's scale) submitted on an invitation and return the id of the changed response.

    None means that nothing changed: the same answer again, or a machine after a person. Another score moves the
    earlier one to the trail. What the evidence holds back is provisional until a person answers.
    """
    verdict = visit.verdict
    changed = statements.SCORE.run(
        {
            **visit.parameters,
            "now": now or clock.now(),
            "score": score,
            "language": language,
            "is_machine": verdict.is_held,
            "suspicion": json.dumps([] if verdict.label is Label.HUMAN else verdict.reasons),
        }
    )
    return changed[0] if changed else None


def record_details(
    *,
    visit: Visit,
    comment: str,
    topic_ids: Sequence[int],
    language: str,
    finishes: bool,
    now: datetime | None = None,
) -> int | None:
    """Record the words and tapped topics of an answer and return its id; None when there is no answer to add to.

    Where the person `finishes`, the answer settles at once instead of minutes later.
    """
    changed = statements.DETAILS.run(
        {
            **visit.parameters,
            "now": now or clock.now(),
            "comment": comment,
            "topic_ids": list(topic_ids),
            "language": language,
            "finishes": finishes,
            "is_machine": visit.verdict.is_held,
            "is_human": visit.verdict.label is Label.HUMAN,
        }
    )
    if changed and finishes:
        nudge_settling()
    return changed[0] if changed else None


def record_text(
    *,
    invitation: Invitation,
    score: int | None,
    comment: str | None,
    language: str,
    method: str = LinkVisit.BY_TEXT,
    now: datetime | None = None,
) -> None:
    """Record what the customer sent back by text, or wrote in a chat: a person's own gesture, which no scanner makes.

    `score`: on the metric's scale, None where it says none; `comment`: the whole comment from now on, None where it
    stays. An answer with words settles at once, as that of a person who finished.
    """
    now = now or clock.now()
    visit = gesture(invitation, method=method, asked_for=score, now=now)
    # What a machine tapped is nobody's once a person answers.
    tapped = ResponseTopic.objects.filter(
        response__invitation=invitation, response__is_provisional=False, source=ResponseTopic.Source.TAPPED
    )
    topics = list(tapped.values_list("topic", flat=True))
    if score is not None:
        further_answers.forget_of_machine(invitation.pk)
        record_score(visit=visit, score=score, language=language, now=now)
        visit = replace(visit, is_kept=False)
    if comment is not None:
        record_details(visit=visit, comment=comment, topic_ids=topics, language=language, finishes=True, now=now)


def may_answer(invitation: Invitation, given: Response | None, at: datetime) -> bool:
    """Say whether what a customer says at this moment may still be their answer, or change the one `given`."""
    is_over = not invitation.is_open or invitation.expires_at is None or invitation.expires_at <= at
    return not is_over and (given is None or at < given.answered_at + FREEZES_AFTER)


def gesture(
    invitation: Invitation, *, method: str, asked_for: int | None, now: datetime, shown: Sequence[int] = ()
) -> Visit:
    """Return the evidence of what a person did where no machine is: by text, or in a chat.

    `shown`: the places for a review that are shown from now on, by id.
    """
    what = "chat" if method == LinkVisit.BY_CHAT else "text"
    return Visit(
        invitation_id=invitation.pk,
        method=method,
        asked_for=asked_for,
        family=what,
        network="",
        verdict=Assessment(Label.HUMAN, (what,)),
        since_sent=now - invitation.sent_at if invitation.sent_at else None,
        shown=shown,
    )


def nudge_settling() -> None:
    """Nudge at most once in NUDGE_EVERY_SECONDS: one run settles everything that is due, and beat finds the rest."""
    global _nudged_at
    moment = time.monotonic()
    if moment - _nudged_at >= NUDGE_EVERY_SECONDS:
        _nudged_at = moment
        nudge("responses.settle_responses")


@transaction.atomic
def settle_due(*, limit: int = 1000, now: datetime | None = None) -> int:
    """Settle the answers whose person finished, or has been silent for SETTLE_AFTER_SECONDS, and return how many.

    Each is claimed by one worker and settles once; `responses_settled` is sent after commit. Provisional answers
    wait for a person, and what is not surely a person's waits DOUBTED_WAIT for evidence that comes late. A later
    revision does not settle again: it stays visible in the trail. One that fails is set aside and stops no other.
    """
    now = now or clock.now()
    run = SETTLING.run(now)
    silent_since = now - timedelta(seconds=settings.SETTLE_AFTER_SECONDS)
    due = (
        Response.objects.counted()
        .unsettled()
        .filter(Q(finished_at__isnull=False) | Q(changed_at__lte=silent_since))
        .exclude(~Q(suspicion=[]), changed_at__gt=now - DOUBTED_WAIT)
        .exclude(pk__in=run.resting)
        .order_by("answered_at")
        .select_for_update(skip_locked=True)
    )
    found = list(due.values_list("pk", flat=True)[:limit])
    settled = sum(run.each_alone(found, partial(_settle, now=now)).results)
    if settled:
        nudge("responses.tag_comments")
    return settled


def _settle(response_ids: Sequence[int], *, now: datetime) -> int:
    announce(responses_settled, response_ids=list(response_ids))
    settled = Response.objects.filter(pk__in=response_ids).update(settled_at=now)
    contacts = Response.objects.filter(pk__in=response_ids, contact__isnull=False).values_list("contact", flat=True)
    latest_scores.keep([contact for contact in contacts if contact])
    return settled
