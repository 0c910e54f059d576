"""The same number for the strict and for the trusting: how much would it differ if doubts were decided either way?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from analytics.clusters import STRANGERS, Spread
from analytics.counts import Counts
from analytics.dashboard.report import Figures
from analytics.rollups.cells import Selection
from analytics.spread import Answers
from analytics.unit import Unit
from responses.models import Response
from responses.models.response import ResponseQuerySet
from surveys.metrics import SCALES
from surveys.models import Survey

# Answers of which the latest of each customer counts.
OF_CUSTOMERS = Q(kind=Survey.Kind.RELATIONAL, contact__isnull=False)


@dataclass(frozen=True, slots=True)
class Doubts:
    """`unseen` answers count though no gesture was seen; `waiting` ones do not count before a person confirms them.

    Of customers both are what the number would lose or gain: with another answer of the same customer in its place a
    tier may lose one and another gain one. `number_waiting`: so many answers wait.
    """

    metric: str
    counts: Counts
    unseen: Counts
    waiting: Counts
    number_waiting: int = 0
    spread: Spread = STRANGERS

    @property
    def counted(self) -> Figures:
        return Figures(self.metric, self.counts, spread=self.spread)

    @property
    def strict(self) -> Figures:
        """Only answers whose person was seen."""
        return Figures(self.metric, self.counts - self.unseen, spread=self.spread)

    @property
    def lenient(self) -> Figures:
        """Every answer, whoever gave it."""
        return Figures(self.metric, self.counts + self.waiting, spread=self.spread)

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
        return self.unseen != Counts() or self.number_waiting > 0


def of(selection: Selection, counted: Answers) -> Doubts:
    """Return the doubts about the answers of a selection; `counted` are those that its dashboard counts.

    All three readings are taken to hang together as the counted answers do.
    """
    everybody = replace(selection, members={}, teams=None)
    if not everybody.narrow(Response.objects.doubted()).exists():
        return Doubts(selection.metric, counted.counts, Counts(), Counts(), spread=counted.spread)
    doubted = selection.narrow(Response.objects.doubted())
    if selection.unit is Unit.ANSWERS:
        unseen, waiting = _each(selection.metric, doubted)
        return Doubts(selection.metric, counted.counts, unseen, waiting, waiting.n, counted.spread)
    unseen, waiting = _each(selection.metric, doubted.exclude(OF_CUSTOMERS))
    less, more = _of_customers(selection, everybody)
    number = doubted.provisional().count()
    return Doubts(selection.metric, counted.counts, unseen + less, waiting + more, number, counted.spread)


def _each(metric: str, doubted: ResponseQuerySet) -> tuple[Counts, Counts]:
    """Return the counts of answers of which each counts: of the unseen, and of those that wait."""
    by_score = {True: [0] * 11, False: [0] * 11}
    for waits, score, count in doubted.values_list("is_provisional", "counted_score").annotate(Count("pk")).order_by():
        by_score[waits][score] = count
    unseen, waiting = (Counts.of_scores(SCALES[metric], by_score[waits]) for waits in (False, True))
    return unseen, waiting


def _of_customers(selection: Selection, everybody: Selection) -> tuple[Counts, Counts]:
    """Return what numbers of customers would lose without the unseen answers, and gain with those that wait.

    Whoever looks, a customer's latest answer is the latest of all: of `everybody`.
    """
    customer = Coalesce("contact__merged_into", "contact")
    told = everybody.narrow(Response.objects.filter(OF_CUSTOMERS))
    doubtful = told.doubted().annotate(customer=customer).values("customer")
    rows = told.annotate(customer=customer).filter(customer__in=doubtful).order_by("answered_at", "pk")
    strict: dict[tuple[int, str], int] = {}
    counted, lenient = dict(strict), dict(strict)
    for key, customer, origin, waits, suspicion in rows.values_list(
        "pk", "customer", "origin", "is_provisional", "suspicion"
    ):
        lenient[customer, origin] = key
        if not waits:
            counted[customer, origin] = key
        if not waits and not suspicion:
            strict[customer, origin] = key
    picked = {*strict.values(), *counted.values(), *lenient.values()}
    score_of = dict(selection.narrow(Response.objects.filter(pk__in=picked)).values_list("pk", "counted_score"))
    least, usual, most = (_tallied(selection.metric, latest, score_of) for latest in (strict, counted, lenient))
    return usual - least, most - usual


def _tallied(metric: str, latest: Mapping[Any, int], score_of: Mapping[int, int]) -> Counts:
    scores = Counter(score_of[key] for key in latest.values() if key in score_of)
    return Counts.of_scores(SCALES[metric], [scores[score] for score in range(11)])
