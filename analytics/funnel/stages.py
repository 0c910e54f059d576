"""How far invitations came: planned, asked, delivered, opened, answered; by medium and by language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from analytics import top_share
from analytics.estimates import Interval
from analytics.rollups.cells import Selection
from responses.models import LinkVisit
from surveys.models import Invitation

# Of what was let through so much in a hundred may come back before somebody should look.
ALARMING = 5


@dataclass(frozen=True, slots=True)
class Stages:
    """Numbers of invitations. `let_out` were let through; `failed` of them could not be delivered.

    `delivered` counts receipts, which some carriers never give: where there is none, nothing is known.
    """

    planned: int = 0
    let_out: int = 0
    asked: int = 0
    delivered: int = 0
    opened: int = 0
    answered: int = 0
    failed: int = 0

    def __add__(self, other: Stages) -> Stages:
        return Stages(*(one + another for one, another in zip(astuple(self), astuple(other), strict=True)))

    @property
    def failing(self) -> Interval | None:
        """The share that cannot be delivered, in per cent, with its interval; None where nothing was let through."""
        return top_share.of_share(self.failed, self.let_out)

    @property
    def is_alarming(self) -> bool:
        """Whether more than ALARMING in a hundred cannot be delivered, by more than chance explains."""
        return self.failing is not None and self.failing.low > ALARMING


# When an invitation has reached a stage.
_REACHED = {
    "planned": Q(),
    "let_out": Q(queued_at__isnull=False),
    "asked": Q(asked_at__isnull=False),
    "delivered": Q(delivered_at__isnull=False),
    "opened": Q(is_opened=True) | Q(answered_at__isnull=False),
    "answered": Q(answered_at__isnull=False),
    "failed": Q(status=Invitation.Status.FAILED),
}


@dataclass(frozen=True, slots=True)
class Funnel:
    """The stages of all invitations planned in a period, by medium ("" is none yet) and by language."""

    whole: Stages
    by_medium: dict[str, Stages]
    by_language: dict[str, Stages]


def read(selection: Selection) -> Funnel:
    """Return how far the invitations came that were planned in the period of a selection."""
    start, end = selection.period.moments(selection.zone)
    planned = narrow(Invitation.objects.filter(planned_at__gte=start, planned_at__lt=end), selection)
    rows = list(
        planned.annotate(is_opened=_is_opened(start))
        .values_list("medium", "language")
        .annotate(**{f"number_{name}": Count("pk", filter=reached) for name, reached in _REACHED.items()})
        .order_by()
    )
    return Funnel(
        whole=sum((Stages(*numbers) for _medium, _language, *numbers in rows), Stages()),
        by_medium=_summed((medium, numbers) for medium, _language, *numbers in rows),
        by_language=_summed((language, numbers) for _medium, language, *numbers in rows),
    )


def narrow(invitations: QuerySet[Invitation], selection: Selection) -> QuerySet[Invitation]:
    """Return those of `invitations` that belong to a selection, whenever they were asked."""
    chosen = invitations.filter(metric=selection.metric, origin__in=selection.origins)
    if selection.surveys is not None:
        chosen = chosen.filter(survey_id__in=selection.surveys)
    if selection.teams is not None:
        chosen = chosen.filter(team_id__in=selection.teams)
    return chosen.filter(**{f"{name.value}_id": member for name, member in selection.members.items()})


def _is_opened(start: datetime) -> Exists:
    """Say that somebody, and no machine, was at the link."""
    visits = LinkVisit.objects.filter(invitation=OuterRef("pk"), at__gte=start).exclude(method__in=LinkVisit.ELSEWHERE)
    return Exists(visits.exclude(verdict=LinkVisit.Verdict.MACHINE))


def _summed(rows: Iterable[tuple[str, list[int]]]) -> dict[str, Stages]:
    found: dict[str, Stages] = {}
    for name, numbers in rows:
        found[name] = found.get(name, Stages()) + Stages(*numbers)
    return dict(sorted(found.items(), key=lambda one: -one[1].planned))
