"""What is found out about the silent of a selection: rates, bounds, and the number under each assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Any

from analytics import spread
from analytics.arithmetic import ARITHMETIC, Arithmetic
from analytics.counts import ENOUGH, FEW
from analytics.dashboard.report import is_closed
from analytics.estimates import Difference, Interval
from analytics.formulas import silence
from analytics.formulas.sample_weights import LEAST_ANSWERS, Weighted
from analytics.formulas.silence import Silence
from analytics.models import Dimension
from analytics.rollups import spreads
from analytics.rollups.cells import Selection
from analytics.silence import asked, delays, weights
from analytics.silence.asked import AskedPeople
from analytics.silence.delays import Delays
from analytics.silence.traits import OF_CUSTOMERS
from analytics.spread import Answers
from analytics.why.pools import Key


class Assumption(Enum):
    """What is taken for granted of those who did not answer."""

    ALIKE = "alike"
    LATE = "late"
    WEIGHTED = "weighted"
    RAKED = "raked"
    PLAUSIBLE = "plausible"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Scenario:
    """The number of all who were asked under an assumption; a mere band has no value.

    `effective`: how many answers are left in effect where they are weighted. `is_enough`: whether these carry a number.
    """

    assumption: Assumption
    value: float | None
    interval: Interval
    effective: float | None = None
    is_enough: bool = True


@dataclass(frozen=True, slots=True)
class SilenceStudy:
    """Everything that is found out of a selection. `traits`: what was told apart, the chosen one first, and the other.

    `silence`, `scenarios` and `by_trait` are there from five answers on. `late_less_early`: where both have thirty.
    """

    selection: Selection
    traits: tuple[str, str]
    people: AskedPeople
    answers: Answers
    delays: Delays
    is_closed: bool
    silence: Silence | None = None
    late_less_early: Difference | None = None
    scenarios: tuple[Scenario, ...] = ()
    by_trait: Mapping[str, Weighted[Key | None] | None] = field(default_factory=dict)

    @property
    def arithmetic(self) -> Arithmetic:
        return ARITHMETIC[self.selection.metric]

    @property
    def value(self) -> float | None:
        return self.arithmetic.value(self.answers.counts)


def study(selection: Selection, traits: tuple[str, str], today: date) -> SilenceStudy:
    """Return what is found out of those asked in the period of a selection."""
    people = asked.read(selection, dict.fromkeys((*traits, *OF_CUSTOMERS, "medium")), traits)
    counts = people.together.answers
    # How much those of one account are alike hardly depends on whether they are taken by the ask or by the answer.
    hanging = spreads.read(selection).of(Dimension.ALL, 0, is_current=True, answers=counts.n)
    answers, arithmetic = Answers(counts, hanging), ARITHMETIC[selection.metric]
    found = SilenceStudy(
        selection, traits, people, answers, delays.read(selection, people, today), is_closed(selection, today)
    )
    if counts.n < FEW:
        return found
    early, late = Answers(people.early, hanging), Answers(people.late, hanging)
    by_trait = {
        trait: weights.by_trait(people.by_trait[trait], arithmetic) for trait in dict.fromkeys((*traits, *OF_CUSTOMERS))
    }
    return replace(
        found,
        silence=silence.of(counts, people.together.number, arithmetic),
        late_less_early=spread.difference(arithmetic, late, early) if min(early.n, late.n) >= ENOUGH else None,
        scenarios=tuple(_scenarios(people, traits, answers, arithmetic, by_trait)),
        by_trait=by_trait,
    )


def _scenarios(
    people: AskedPeople,
    traits: tuple[str, str],
    answers: Answers,
    arithmetic: Arithmetic,
    by_trait: Mapping[str, Weighted[Key | None] | None],
) -> list[Scenario]:
    """Return what can be told, the strongest assumption first."""
    late = None
    if min(people.early.n, people.late.n) >= LEAST_ANSWERS:
        late = weights.silent_like(people.late, people.early, people.together.silent, arithmetic)
    return [
        *_plain(answers, arithmetic),
        *_weighted(Assumption.WEIGHTED, by_trait.get(traits[0]), answers),
        *_weighted(Assumption.RAKED, weights.by_two(people.crossed, arithmetic), answers),
        *([Scenario(Assumption.LATE, late.points, weights.interval(late, answers))] if late else []),
        *_bands(silence.of(answers.counts, people.together.number, arithmetic)),
    ]


def _plain(answers: Answers, arithmetic: Arithmetic) -> list[Scenario]:
    interval = spread.interval(arithmetic, answers)
    return [Scenario(Assumption.ALIKE, arithmetic.value(answers.counts), interval)] if interval else []


def _bands(left_open: Silence | None) -> list[Scenario]:
    if left_open is None or left_open.plausible is None:
        return []
    return [
        Scenario(Assumption.PLAUSIBLE, None, left_open.plausible),
        Scenario(Assumption.NOTHING, None, left_open.bounds),
    ]


def _weighted(assumption: Assumption, found: Weighted[Any] | None, answers: Answers) -> list[Scenario]:
    if found is None:
        return []
    between = weights.interval(found, answers)
    return [Scenario(assumption, found.points, between, found.effective, found.is_enough)]
