"""What came in by open links, link by link: a sample of its own, of whoever came by. Nobody was asked, so no share of
those asked answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from analytics.counts import Counts
from analytics.dashboard.report import Figures
from analytics.models import SCORES
from analytics.rollups.cells import Selection
from responses.models import OpenLink, Response
from surveys.metrics import SCALES


@dataclass(frozen=True, slots=True)
class LinkSample:
    """The answers of a period by one link; `waiting`: those that count once somebody says that they are people's."""

    link: OpenLink
    figures: Figures
    waiting: int


def read(selection: Selection) -> Sequence[LinkSample]:
    """Return the links that had answers, and those that might have had some, the fullest first; in two queries."""
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
        LinkSample(
            link,
            Figures(selection.metric, Counts.of_scores(scale, by_score[link.entry_id])),
            waiting[link.entry_id],
        )
        for link in _links(selection, {*by_score, *waiting})
    ]
    return sorted(found, key=lambda row: (-row.figures.n, row.link.entry.name.casefold(), row.link.pk))


def together(rows: Sequence[LinkSample], metric: str) -> Figures:
    return Figures(metric, sum((row.figures.counts for row in rows), Counts()))


def _links(selection: Selection, answered: set[int]) -> Sequence[OpenLink]:
    """Return the links of the selection that are in use or were answered."""
    facts = ("entry", "survey__brand", "channel", "product", "team")
    links = OpenLink.objects.select_related(*facts).filter(survey__metric=selection.metric)
    if selection.surveys is not None:
        links = links.filter(survey__in=selection.surveys)
    if selection.teams is not None or selection.members:
        return list(links.filter(entry__in=answered))
    return [link for link in links if link.is_active or link.entry_id in answered]
