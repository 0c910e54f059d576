"""What one request to a customer's link is: the evidence of it."""

from datetime import datetime

from django.http import HttpRequest

from accounts import visitors
from responses import services
from responses.evidence.assessment import Act, weigh
from responses.page import links
from responses.page.forms import Submission, score_of
from responses.page.links import Link


def seen(
    request: HttpRequest, link: Link, form: Submission | None, network: str, now: datetime, *, is_decoy: bool = False
) -> services.Visit:
    """Return the visit that a request is; `form`: what it submits, if anything."""
    asked_for = form.score if form else score_of(request.GET.get("score"), link.scale)
    family = visitors.family(request.META.get("HTTP_USER_AGENT", ""))
    source = f"{network} {family}"
    met_decoy = link.has_seen(links.DECOY, source)
    act = Act(
        method=request.method or "",
        family=family,
        scripted=form is not None and form.scripted,
        gesture=form.gesture if form else "",
        since_shown=form.since_shown(now) if form else None,
        scores_lately=len({*link.scores_lately, asked_for} - {None}),
        sweep=link.scale.sweep,
        is_decoy=is_decoy,
        is_known=met_decoy or link.has_seen(links.MACHINE, source),
        met_decoy=met_decoy,
        is_stranger=link.has_persons_answer and not link.has_seen(links.PERSON, source),
    )
    return services.Visit(
        invitation_id=link.invitation_id,
        method=act.method,
        asked_for=asked_for,
        family=family,
        network=network,
        verdict=weigh(act),
        burst_position=link.visits_lately + 1,
        since_sent=now - link.sent_at if link.sent_at else None,
        is_kept=link.keeps(act.method),
    )
