"""What customers wrote lately, within a selection."""

from __future__ import annotations

from analytics.models import BREAKDOWNS
from analytics.rollups.cells import Selection
from responses.models import Response

SHOWN = 6
PRINTED = (
    "score",
    "category",
    "comment",
    "language",
    "answered_at",
    "contact__first_name",
    "contact__last_name",
    "contact__email",
    "contact__phone",
    "company__name",
    "manager__name",
    "manager__email",
    "followup__id",
)


def newest(selection: Selection) -> list[Response]:
    """Return the newest counted answers with a comment, with what their links need."""
    start, end = selection.period.moments
    found = Response.objects.counted().between(start, end).exclude(comment="")
    if selection.survey:
        found = found.filter(survey_id=selection.survey)
    if selection.teams is not None:
        found = found.filter(team_id__in=selection.teams)
    for name in BREAKDOWNS:
        if name in selection.members:
            found = found.filter(**{f"{name.value}_id": selection.members[name]})
    found = found.select_related("contact", "company", "manager", "followup").only(*PRINTED)
    return list(found.order_by("-answered_at", "-pk")[:SHOWN])
