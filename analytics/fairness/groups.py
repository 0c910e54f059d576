"""The answers of each manager or team in a period, and how all of them hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.clusters import Spread
from analytics.counts import Counts
from analytics.models import Dimension
from analytics.rollups import cells, spreads, totals
from analytics.rollups.cells import Selection
from analytics.why import segments
from analytics.why.pools import Key
from surveys.metrics import SCALES


@dataclass(frozen=True, slots=True)
class Groups:
    """`counts`: those of nobody are under ""."""

    counts: Mapping[Key, Counts]
    hanging: Spread


def read(selection: Selection, who: str) -> Groups:
    """Return the answers by `who`: managers from the rollups, teams from the answers themselves."""
    if who == Dimension.MANAGER:
        found = totals.of_periods(cells.read(selection))
        counts: dict[Key, Counts] = {
            member or "": Counts.of_scores(SCALES[selection.metric], total.by_score)
            for (name, member, is_current), total in found.items()
            if name == Dimension.MANAGER and is_current and total.answers
        }
    else:
        counts = segments.counted(selection, selection.period, who)
    answers = sum(group.n for group in counts.values())
    hanging = spreads.read(selection).of(Dimension.ALL, 0, is_current=True, answers=answers)
    return Groups(counts, hanging)
