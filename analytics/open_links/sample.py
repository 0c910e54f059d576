"""What came in by each open link, kiosk or widget: a sample of its own, of whoever came by. Nobody was asked, so no
share of those asked answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from analytics.counts import Counts
from analytics.dashboard.report import Figures
from analytics.models import SCORES
from analytics.rollups.cells import Selection
from responses.models import Response
from surveys.metrics import SCALES


@dataclass(frozen=True, slots=True)
class WayInSample:
    """The answers of a period by one way in; `waiting`: those that count once somebody says that they are people's."""

    way: Any
    figures: Figures
    waiting: int


def read(selection: Selection, ways: Any) -> Sequence[WayInSample]:
    """Return the ways in that had answers, and those that might have had some, the fullest first; in two queries."""
    by_score: dict[int, list[int]] = defaultdict(lambda: [0] * len(SCORES))
    waiting: dict[int, int] = defaultdict(int)
    given = selection.narrow(Response.objects.all()).order_by()
    for entry, score, is_provisional, count in given.values_list("entry", "counted_score", "is_provisional").annotate(
        count=Count("pk")
    ):
        if is_provisional:
            waiting[entry] += count
        else:
            by_score[entry][score] += count
    scale = SCALES[selection.metric]
    found = [
        WayInSample(
            way,
            Figures(selection.metric, Counts.of_scores(scale, by_score[way.entry_id])),
            waiting[way.entry_id],
        )
        for way in _ways(selection, ways, {*by_score, *waiting})
    ]
    return sorted(found, key=lambda row: (-row.figures.n, str(row.way).casefold(), row.way.pk))


def together(rows: Sequence[WayInSample], metric: str) -> Figures:
    return Figures(metric, sum((row.figures.counts for row in rows), Counts()))


def _ways(selection: Selection, ways: Any, answered: set[int]) -> Sequence[Any]:
    """Return those of the selection that are in use or were answered."""
    facts = ("entry", "survey__brand", "channel", "product", "team")
    found = ways.objects.select_related(*facts).filter(survey__metric=selection.metric)
    if selection.surveys is not None:
        found = found.filter(survey__in=selection.surveys)
    if selection.teams is not None or selection.members:
        return list(found.filter(entry__in=answered))
    return [way for way in found if way.is_active or way.entry_id in answered]
