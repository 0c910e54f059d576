"""What became of the answers that asked for work: contacted and resolved in time, reopened, won back, still open.

Follow-ups belong to the period in which the answer came, whenever the work was done. One statement for each reading.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from analytics import top_share
from analytics.counts import FEW
from analytics.estimates import Interval
from analytics.rollups.cells import Selection
from followups.models import Activity, ClosingLetter, Followup
from responses.models import Response
from surveys.metrics import SCALES, Category

# Where the ages of open work are parted.
AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))

Status, Outcome = Followup.Status, Followup.Outcome
_CLOSED = (Status.RESOLVED.value, Status.DISMISSED.value)


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
    """Follow-ups by how far they have come.

    `due`: the first contact was made or should have been made; those that were dismissed without one are left out.
    `resolve_due`: resolved, or should have been; those that were dismissed are left out.
    `told`: resolved ones of which somebody said what came of them.
    `said`: those whose customers were asked by a letter whether it is solved, and said; `confirmed`: said yes last.
    `late`: open ones whose next step is overdue. `of_age`: open ones by age, the youngest first, one more than AGES.
    """

    opened: int = 0
    due: int = 0
    in_time: int = 0
    resolve_due: int = 0
    soon_resolved: int = 0
    resolved: int = 0
    dismissed: int = 0
    ever_closed: int = 0
    reopened: int = 0
    told: int = 0
    saved: int = 0
    said: int = 0
    confirmed: int = 0
    late: int = 0
    of_age: tuple[int, ...] = (0,) * (len(AGES) + 1)

    def __add__(self, other: Casework) -> Casework:
        sums = {name: getattr(self, name) + getattr(other, name) for name in NUMBERS}
        return Casework(**sums, of_age=tuple(map(sum, zip(self.of_age, other.of_age, strict=True))))

    @property
    def contacted_in_time(self) -> ShareOf:
        return ShareOf(self.in_time, self.due)

    @property
    def resolved_in_time(self) -> ShareOf:
        return ShareOf(self.soon_resolved, self.resolve_due)

    @property
    def resolved_of_wanted(self) -> ShareOf:
        """Of those that were not dismissed as needing no work."""
        return ShareOf(self.resolved, self.opened - self.dismissed)

    @property
    def reopened_of_closed(self) -> ShareOf:
        return ShareOf(self.reopened, self.ever_closed)

    @property
    def won_back(self) -> ShareOf:
        return ShareOf(self.saved, self.told)

    @property
    def solved_by_customers(self) -> ShareOf:
        return ShareOf(self.confirmed, self.said)

    @property
    def still_open(self) -> int:
        return self.opened - self.resolved - self.dismissed


NUMBERS = tuple(field.name for field in fields(Casework) if field.name != "of_age")


def by_category(selection: Selection, until: datetime) -> dict[Category, Casework]:
    """Return how the follow-ups of a selection's answers went, by category, the bad first.

    What should have been done counts as missed from the moment `until` on.
    """
    found = _read(selection, "response__category", until)
    categories = SCALES[selection.metric].categories.values()
    return {category: found[category.value] for category in reversed(list(categories)) if category.value in found}


def by_team(selection: Selection, until: datetime) -> dict[int | None, Casework]:
    """Return the work of each team; None is of no team."""
    return _read(selection, "team_id", until)


def by_person(selection: Selection, until: datetime) -> dict[int | None, Casework]:
    """Return the work of each person whose it is; None is nobody's yet."""
    return _read(selection, "assignee_id", until)


def by_state(selection: Selection, until: datetime) -> dict[int | None, Casework]:
    """Return the work that stands at each state of administrators."""
    return _read(selection, "state_id", until)


def _read(selection: Selection, key: str, until: datetime) -> dict[Any, Casework]:
    numbers, ages = _numbers(until), _ages(until)
    rows = _followups(selection).values(key).annotate(**numbers, **ages).order_by()
    return {
        row[key]: Casework(**{name: row[name] for name in numbers}, of_age=tuple(row[name] for name in ages))
        for row in rows
    }


def _followups(selection: Selection) -> QuerySet[Followup]:
    answers = selection.narrow(Response.objects.counted()).order_by()
    moves = Activity.objects.filter(followup=OuterRef("pk"), kind=Activity.Kind.STATUS, change__from__in=_CLOSED)
    letters = ClosingLetter.objects.said().filter(followup=OuterRef("pk")).order_by("-answered_at", "-pk")
    return Followup.objects.filter(response__in=answers.values("pk")).annotate(
        was_reopened=Exists(moves), last_said=Subquery(letters.values("answer")[:1])
    )


def _numbers(until: datetime) -> dict[str, Count]:
    contacted = Q(first_contact_at__isnull=False)
    resolved, dismissed, is_open = Q(status=Status.RESOLVED), Q(status=Status.DISMISSED), ~Q(status__in=_CLOSED)
    told = resolved & Q(outcome__in=(Outcome.SAVED, Outcome.UNCHANGED, Outcome.LOST))
    found = {
        "opened": Q(),
        "due": contacted | Q(first_contact_due_at__lt=until) & ~dismissed,
        "in_time": Q(first_contact_at__lte=F("first_contact_due_at")),
        "resolve_due": resolved | Q(resolve_due_at__lt=until) & ~dismissed,
        "soon_resolved": resolved & Q(closed_at__lte=F("resolve_due_at")),
        "resolved": resolved,
        "dismissed": dismissed,
        "ever_closed": ~is_open | Q(was_reopened=True),
        "reopened": Q(was_reopened=True),
        "told": told,
        "saved": told & Q(outcome=Outcome.SAVED),
        "said": Q(last_said__isnull=False),
        "confirmed": Q(last_said=ClosingLetter.Answer.YES),
        "late": is_open & Followup.is_late(until) & ~Followup.is_the_customers_turn(until),
    }
    return {name: Count("pk", filter=condition) for name, condition in found.items()}


def _ages(until: datetime) -> dict[str, Count]:
    is_open, ends = ~Q(status__in=_CLOSED), [until - age for age in AGES]
    younger, older = ([Q(**{f"created_at__{side}": end}) for end in ends] for side in ("gt", "lte"))
    between = [old & young for old, young in zip(older, younger[1:], strict=False)]
    parts = enumerate([younger[0], *between, older[-1]])
    return {f"age_{number}": Count("pk", filter=is_open & part) for number, part in parts}
