"""What customers wrote lately, within a selection."""

from __future__ import annotations

from analytics.rollups.cells import Selection
from responses.models import Response
from responses.word_access import WordAccess

SHOWN = 6
PRINTED = (
    "metric",
    "score",
    "counted_score",
    "trail",
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


def newest(selection: Selection, access: WordAccess) -> list[Response]:
    """Return the newest counted answers with a comment that may be read, with what their links need."""
    found = access.readable(selection.narrow(Response.objects.counted()).exclude(comment=""))
    found = found.select_related("contact", "company", "manager", "followup").only(*PRINTED)
    return list(found.order_by("-answered_at", "-pk")[:SHOWN])
