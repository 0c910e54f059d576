"""The same number for the strict and for the trusting: how much would it differ if doubts were decided either way?"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from analytics.counts import Counts
from analytics.dashboard.report import Figures
from analytics.rollups.cells import Selection
from responses.models import Response
from surveys.metrics import SCALES


@dataclass(frozen=True, slots=True)
class Doubts:
    """`unseen` answers count though no gesture was seen; `waiting` ones do not count before a person confirms them."""

    metric: str
    counts: Counts
    unseen: Counts
    waiting: Counts

    @property
    def counted(self) -> Figures:
        return Figures(self.metric, self.counts)

    @property
    def strict(self) -> Figures:
        """Only answers whose person was seen."""
        return Figures(self.metric, self.counts - self.unseen)

    @property
    def lenient(self) -> Figures:
        """Every answer, whoever gave it."""
        return Figures(self.metric, self.counts + self.waiting)

    @property
    def readings(self) -> list[tuple[str, str, Figures]]:
        """The three readings with their names."""
        return [
            ("strict", _("Strict: only where a person was seen"), self.strict),
            ("counted", _("Counted above"), self.counted),
            ("lenient", _("Lenient: with those that wait for a person"), self.lenient),
        ]

    @property
    def difference(self) -> float | None:
        """Lenient minus strict, in points; None where either has too few answers for a number."""
        if not self.lenient.is_shown or not self.strict.is_shown:
            return None
        return (self.lenient.value or 0) - (self.strict.value or 0)

    @property
    def matter(self) -> bool:
        """Whether the number would move by a point or more, whichever way they are decided."""
        return self.difference is not None and abs(self.difference) >= 1

    @property
    def are_there(self) -> bool:
        return bool(self.unseen.n or self.waiting.n)


def of(selection: Selection, counted: Counts) -> Doubts:
    """Return the doubts about the answers of a selection; `counted` are those that its dashboard counts."""
    scale = SCALES[selection.metric]
    by_score = {True: [0] * 11, False: [0] * 11}
    found = selection.narrow(Response.objects.doubted())
    for waits, score, count in found.values_list("is_provisional", "counted_score").annotate(Count("pk")).order_by():
        by_score[waits][score] = count
    unseen, waiting = (Counts.of_scores(scale, by_score[waits]) for waits in (False, True))
    return Doubts(selection.metric, counted, unseen, waiting)
