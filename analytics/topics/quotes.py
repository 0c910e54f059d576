"""What customers wrote about topics, within a selection: their words, without their names."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from analytics.explorer.answers import latest_of_each
from analytics.rollups.cells import Selection
from responses.models import Response, ResponseTopic
from responses.models.response import ResponseQuerySet
from responses.word_access import WordAccess
from surveys.metrics import SCALES, Tier

SHOWN = 2
PRINTED = (
    "metric", "manager", "score", "counted_score", "trail", "category", "comment", "language", "answered_at",
)  # fmt: skip


def of_topic(selection: Selection, topic: int, tier: Tier, access: WordAccess) -> Sequence[Response]:
    """Return the newest comments of a tier about a topic that may be read, with what their links need."""
    return list(comments(selection, topic, tier, access).only(*PRINTED)[:SHOWN])


def comments(selection: Selection, topic: int, tier: Tier, access: WordAccess) -> ResponseQuerySet:
    """Return the answers of a tier that name a topic and have a comment that may be read, the newest first."""
    named = ResponseTopic.objects.filter(response=OuterRef("pk"), topic=topic)
    _start, end = selection.period.moments(selection.zone)
    counted = access.readable(selection.narrow(Response.objects.counted()))
    counted = latest_of_each(counted, end, selection.next_answer)
    category = SCALES[selection.metric].categories[tier]
    return counted.filter(Exists(named), category=category).exclude(comment="").order_by("-answered_at", "-pk")
