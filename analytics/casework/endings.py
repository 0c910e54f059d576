"""How follow-ups ended: which root causes they name, and what came of thanking customers who are content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from analytics.casework.work import ShareOf
from analytics.rollups.cells import Selection
from followups.models import Followup
from followups.vocabulary.cause_tree import CauseTree, PlacedCause
from responses.models import Response
from surveys.metrics import SCALES, Tier


@dataclass(frozen=True, slots=True)
class CountedEnding:
    """One root cause or one outcome: `key` is what filters and files call it; `share`: of all that name any."""

    key: str
    name: str
    level: int
    share: ShareOf


def by_cause(selection: Selection) -> list[CountedEnding]:
    """Return the root causes that follow-ups of a selection's answers name, each with what stands below it.

    In the order of the tree, but among neighbours the most frequent first.
    """
    numbers = _numbers(selection, "root_cause", Q(root_cause__isnull=False))
    tree, n = CauseTree.fetch(), sum(numbers.values())
    sums = tree.summed(numbers)
    ranked = sorted((place for place in tree.placed if place.cause.slug in sums), key=lambda place: _rank(place, sums))
    return [
        CountedEnding(place.cause.slug, place.name, place.level, ShareOf(sums[place.cause.slug], n)) for place in ranked
    ]


def of_content(selection: Selection) -> list[CountedEnding]:
    """Return what came of thanking, of the customers in the best category who were thanked, the most frequent first."""
    best = SCALES[selection.metric].categories[Tier.GOOD]
    thanked = Q(response__category=best, status=Followup.Status.RESOLVED) & ~Q(outcome="")
    numbers = _numbers(selection, "outcome", thanked)
    n, labels = sum(numbers.values()), dict(Followup.Outcome.choices)
    ranked = sorted(numbers.items(), key=lambda row: (-row[1], row[0]))
    return [CountedEnding(key, str(labels.get(key, key)), 1, ShareOf(number, n)) for key, number in ranked]


def _rank(place: PlacedCause, sums: Mapping[str, int]) -> list[tuple[int, str]]:
    """Return by what a cause is ordered: first that which it is part of, from the top down."""
    return [(-sums[cause.slug], cause.slug) for cause in place.chain]


def _numbers(selection: Selection, column: str, condition: Q) -> dict[str, int]:
    answers = selection.narrow(Response.objects.counted()).order_by().values("pk")
    found = Followup.objects.filter(condition, response__in=answers).order_by()
    return dict(found.values_list(column).annotate(Count("pk")))
