"""What became of the answers that asked for work: opened, contacted in time, resolved."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q

from analytics import top_share
from analytics.counts import FEW
from analytics.estimates import Interval
from analytics.periods import midnight
from analytics.rollups.cells import Selection
from followups.models import Followup
from responses.models import Response
from surveys.metrics import SCALES, Category

Status, Outcome = Followup.Status, Followup.Outcome


@dataclass(frozen=True, slots=True)
class ShareOf:
    """So many `part` out of so many `n`."""

    part: int
    n: int

    @property
    def is_shown(self) -> bool:
        """Whether these are enough to tell a share and not only the counts."""
        return self.n >= FEW

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's, in per cent; None out of nothing."""
        return top_share.of_share(self.part, self.n)


@dataclass(frozen=True, slots=True)
class Casework:
    """Follow-ups of one kind of answer, by how far they have come.

    `due`: the first contact was made or should have been made; those that were dismissed without one are left out.
    `told`: resolved ones of which somebody said what came of them.
    """

    opened: int = 0
    due: int = 0
    in_time: int = 0
    resolved: int = 0
    dismissed: int = 0
    told: int = 0
    saved: int = 0

    def __add__(self, other: Casework) -> Casework:
        return Casework(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def contacted_in_time(self) -> ShareOf:
        return ShareOf(self.in_time, self.due)

    @property
    def resolved_of_wanted(self) -> ShareOf:
        """Of those that were not dismissed as needing no work."""
        return ShareOf(self.resolved, self.opened - self.dismissed)

    @property
    def won_back(self) -> ShareOf:
        return ShareOf(self.saved, self.told)

    @property
    def still_open(self) -> int:
        return self.opened - self.resolved - self.dismissed


def read(selection: Selection, today: date) -> dict[Category, Casework]:
    """Return how the follow-ups of a selection's answers went, by category, the bad first; one statement.

    They belong to the period in which the answer came, whenever the work was done. First contacts count as missed once
    they were due before `today` began: until a day is over nothing of it is lost.
    """
    until = midnight(today, selection.zone)
    counted = selection.narrow(Response.objects.counted()).filter(followup__isnull=False)
    rows: Any = counted.values("category").annotate(**_counts(until))
    found = {row["category"]: Casework(*(row[field.name] for field in fields(Casework))) for row in rows}
    categories = SCALES[selection.metric].categories.values()
    return {category: found[category.value] for category in reversed(list(categories)) if category.value in found}


def _counts(until: datetime) -> dict[str, Count]:
    contacted = Q(followup__first_contact_at__isnull=False)
    missed = Q(followup__first_contact_due_at__lt=until) & ~Q(followup__status=Status.DISMISSED)
    resolved = Q(followup__status=Status.RESOLVED)
    told = resolved & Q(followup__outcome__in=(Outcome.SAVED, Outcome.UNCHANGED, Outcome.LOST))
    return {
        "opened": Count("followup"),
        "due": Count("followup", filter=contacted | missed),
        "in_time": Count("followup", filter=Q(followup__first_contact_at__lte=F("followup__first_contact_due_at"))),
        "resolved": Count("followup", filter=resolved),
        "dismissed": Count("followup", filter=Q(followup__status=Status.DISMISSED)),
        "told": Count("followup", filter=told),
        "saved": Count("followup", filter=resolved & Q(followup__outcome=Outcome.SAVED)),
    }
