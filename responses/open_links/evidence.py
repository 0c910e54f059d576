"""Whose act it is, of a visitor whom nobody invited: as at an invitation, with what a page for everybody can show."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest

from accounts import visitors
from responses.evidence.assessment import Act, Assessment, Label, weigh
from responses.models import OpenLink
from responses.open_links import limits
from responses.page.forms import Submission, gesture_of, moment_of

# A field that no person sees.
TRAP = "website"


def seen(request: HttpRequest, link: OpenLink, form: Submission | None, source: str, now: datetime) -> Assessment:
    """Return the verdict on one request; a machine that gave itself away is remembered for a while.

    Whoever fills in what nobody sees is a machine, unless a person's gesture shows that the browser did it for them.
    """
    family = visitors.family(request.META.get("HTTP_USER_AGENT", ""))
    verdict = weigh(
        Act(
            method=request.method or "",
            family=family,
            scripted=form is not None and form.scripted,
            gesture=form.gesture if form else "",
            since_shown=form.since_shown(now) if form else None,
            is_known=limits.is_known_machine(link, source, family),
        )
    )
    is_trapped = form is not None and bool(request.POST.get(TRAP))
    if is_trapped and form and not form.gesture:
        verdict = Assessment(Label.MACHINE, (*verdict.reasons, "trap"), is_held=True)
    elif is_trapped:
        verdict = replace(verdict, label=Label.UNSURE, reasons=(*verdict.reasons, "trap"))
    if verdict.gives_away or (is_trapped and verdict.is_machine):
        limits.remember_machine(link, source, family)
    return verdict


def pressed(request: HttpRequest, now: datetime) -> Assessment:
    """Return the verdict on a button of a letter's page: gateways open letters, run scripts and send forms."""
    shown = moment_of(request.POST.get("shown"))
    return weigh(
        Act(
            method=request.method or "",
            family=visitors.family(request.META.get("HTTP_USER_AGENT", "")),
            scripted=request.POST.get("scripted") == "1",
            gesture=gesture_of(request.POST.get("gesture")),
            since_shown=None if shown is None else now - shown,
        )
    )
