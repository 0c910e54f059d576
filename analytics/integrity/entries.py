"""Who wrote answers down for customers, with their number beside the one that customers of the same managers gave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.http import QueryDict

from accounts.models import User
from analytics.counts import Counts
from analytics.dashboard import answer_links, numbers
from analytics.dashboard.filters import ORIGINS
from analytics.dashboard.report import Figures
from analytics.explorer.forms import ENTERED_BY
from analytics.models import SCORES
from analytics.rollups.cells import Selection
from analytics.unit import Unit
from responses.models import Response
from surveys.metrics import SCALES
from surveys.models import Origin


@dataclass(frozen=True, slots=True)
class EntererLine:
    """One person: `entered` answers, `own` of them about deals of theirs; numbers with their n, "–" of too few.

    `themselves`: what invited customers of the same managers sent themselves. `url`: the answers that were entered.
    """

    person: str
    url: str
    entered: str
    own: str
    number: str
    themselves: str
    themselves_n: str


def read(selection: Selection, query: QueryDict) -> Sequence[EntererLine]:
    """Return all who wrote down answers of a selection, whoever did so most first; three queries."""
    every = replace(selection, origins=tuple(ORIGINS))
    entered = every.narrow(Response.objects.counted()).filter(origin=Origin.STAFF, staff_entry__by__isnull=False)
    by_score: dict[int, list[int]] = defaultdict(lambda: [0] * len(SCORES))
    own: dict[int, int] = defaultdict(int)
    about: dict[int, set[int | None]] = defaultdict(set)
    rows = entered.order_by().values_list("staff_entry__by", "staff_entry__is_own_deal", "manager", "counted_score")
    for person, is_own, manager, score, count in rows.annotate(count=Count("pk")):
        by_score[person][score] += count
        about[person].add(manager)
        own[person] += count if is_own else 0
    themselves = _of_managers(selection, {manager for managers in about.values() for manager in managers if manager})
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=by_score)}
    return [
        _line(
            names[person],
            answer_links.of_page(replace(every, unit=Unit.ANSWERS), query, **{ENTERED_BY: str(person)}),
            _figures(selection.metric, by_score[person]),
            own[person],
            _figures(selection.metric, *(themselves[manager] for manager in about[person] if manager in themselves)),
        )
        for person in sorted(by_score, key=lambda person: (-sum(by_score[person]), names[person], person))
    ]


def _of_managers(selection: Selection, managers: set[int]) -> dict[int, list[int]]:
    if not managers:
        return {}
    by_score: dict[int, list[int]] = defaultdict(lambda: [0] * len(SCORES))
    invited = replace(selection, origins=(Origin.INVITED.value,)).narrow(Response.objects.counted())
    rows = invited.filter(manager__in=managers).order_by().values_list("manager", "counted_score")
    for manager, score, count in rows.annotate(count=Count("pk")):
        by_score[manager][score] += count
    return dict(by_score)


def _figures(metric: str, *by_score: list[int]) -> Figures:
    return Figures(metric, sum((Counts.of_scores(SCALES[metric], scores) for scores in by_score), Counts()))


def _line(person: str, url: str, entered: Figures, own: int, themselves: Figures) -> EntererLine:
    return EntererLine(
        person=person,
        url=url,
        entered=numbers.thousands(entered.n),
        own=numbers.thousands(own),
        number=_number(entered),
        themselves=_number(themselves),
        themselves_n=numbers.thousands(themselves.n),
    )


def _number(figures: Figures) -> str:
    return numbers.signed(figures.value, 0) if figures.is_shown and figures.value is not None else numbers.NOTHING
