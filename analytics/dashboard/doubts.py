"""The same NPS for the strict and for the trusting: how much would it differ if doubts were decided either way?"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from analytics.nps import Counts
from analytics.rollups.cells import Selection
from responses.models import Response


@dataclass(frozen=True, slots=True)
class Doubts:
    """`unseen` answers count though no gesture was seen; `waiting` ones do not count before a person confirms them."""

    counted: Counts
    unseen: Counts
    waiting: Counts

    @property
    def strict(self) -> Counts:
        """Only answers whose person was seen."""
        return self.counted - self.unseen

    @property
    def lenient(self) -> Counts:
        """Every answer, whoever gave it."""
        return self.counted + self.waiting

    @property
    def difference(self) -> float | None:
        """Lenient minus strict, in points; None where either has no answers."""
        if self.lenient.nps is None or self.strict.nps is None:
            return None
        return self.lenient.nps - self.strict.nps

    @property
    def are_there(self) -> bool:
        return bool(self.unseen.n or self.waiting.n)


def of(selection: Selection, counted: Counts) -> Doubts:
    """Return the doubts about the answers of a selection; `counted` are those that its dashboard counts."""
    found = selection.narrow(Response.objects.doubted())
    by_score = {True: [0] * 11, False: [0] * 11}
    for waits, score, count in found.values_list("is_provisional", "score").annotate(Count("pk")).order_by():
        by_score[waits][score] = count
    return Doubts(counted, unseen=Counts.of_scores(by_score[False]), waiting=Counts.of_scores(by_score[True]))
