"""How often each topic was also named without a score: counted beside the answers, and in none of their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from accounts.models import User
from analytics.rollups.cells import Selection
from responses.models import Remark


def by_topic(selection: Selection, reader: User) -> Mapping[int, int]:
    """Return how many remarks of a selection name each topic, as far as the reader may see them; one query."""
    found = Remark.objects.visible_to(reader).between(*selection.period.moments(selection.zone))
    if selection.teams is not None:
        found = found.filter(team__in=selection.teams)
    found = found.filter(**{f"{name.value}_id": member for name, member in selection.members.items()})
    return dict(found.order_by().exclude(topics=None).values_list("topics").annotate(Count("pk")))


def address(selection: Selection, topic: int) -> str:
    """Return the address of exactly these remarks."""
    said = {
        "topic": topic,
        "start": selection.period.start.isoformat(),
        "end": selection.period.last_day.isoformat(),
        "team": list(selection.teams or ()),
        **{name.value: member for name, member in selection.members.items()},
    }
    return f"{reverse('remarks')}?{urlencode(said, doseq=True)}"
