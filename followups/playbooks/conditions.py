"""For which answers a playbook is meant, and which one is followed. Pure.

Playbooks stand in an order that administrators move. The first whose conditions all hold is followed: nothing else
weighs, so whoever reads the list from the top knows what happens.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Protocol, TypeVar

from surveys.metrics import SCALES

# A metric and a score on its scale: category and range of scores are both no more than a set of these.
Mark = tuple[str, int]

CENT = Decimal("0.01")
BELOW_ALL, ABOVE_ALL = Decimal("-Infinity"), Decimal("Infinity")
# In place of a score: the customer gave none and wrote a letter.
UNSAID = -1
# A survey that no playbook names.
ANOTHER_SURVEY = 0


@dataclass(frozen=True, slots=True)
class Traits:
    """What playbooks ask about an answer; keys of survey, product and topics, `amount` in the company's currency.

    Of a letter without a score the score is UNSAID.

    `segments`: the keys of those that its customer is in.
    """

    survey: int
    metric: str
    score: int
    product: int | None = None
    amount: Decimal | None = None
    topics: frozenset[int] = frozenset()
    segments: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that an answer must be; what is empty or None asks nothing.

    `marks`: the scores that fit, by metric; `least`, `most`: the amount, both included; `topics`: one of them is named.
    """

    marks: frozenset[Mark]
    survey: int | None = None
    products: frozenset[int] = frozenset()
    least: Decimal | None = None
    most: Decimal | None = None
    topics: frozenset[int] = frozenset()
    segment: int | None = None

    def fit(self, traits: Traits) -> bool:
        """Say whether an answer is of this kind; one without an amount or product is of no kind that asks for it."""
        return (
            (traits.metric, traits.score) in self.marks
            and self.survey in (None, traits.survey)
            and (not self.products or traits.product in self.products)
            and self._fits_amount(traits.amount)
            and (not self.topics or not self.topics.isdisjoint(traits.topics))
            and (self.segment is None or self.segment in traits.segments)
        )

    @property
    def asks_amount(self) -> bool:
        return self.least is not None or self.most is not None

    @property
    def is_empty(self) -> bool:
        """Whether no answer can ever fit."""
        return not self.marks or self.lowest > self.highest

    @property
    def lowest(self) -> Decimal:
        return BELOW_ALL if self.least is None else self.least

    @property
    def highest(self) -> Decimal:
        return ABOVE_ALL if self.most is None else self.most

    def meets(self, other: "Conditions") -> bool:
        """Say whether some answer fits both; one answer may name any topics, and be in any segments."""
        return (
            not self.marks.isdisjoint(other.marks)
            and (None in (self.survey, other.survey) or self.survey == other.survey)
            and (not self.products or not other.products or not self.products.isdisjoint(other.products))
            and max(self.lowest, other.lowest) <= min(self.highest, other.highest)
        )

    def _fits_amount(self, amount: Decimal | None) -> bool:
        if not self.asks_amount:
            return True
        return amount is not None and self.lowest <= amount <= self.highest


class Ordered(Protocol):
    """Whatever has conditions and stands in an order."""

    @property
    def conditions(self) -> Conditions: ...


Placed = TypeVar("Placed", bound=Ordered)


def marks(
    *, metrics: Iterable[str] = SCALES, category: str = "", lowest: int | None = None, highest: int | None = None
) -> frozenset[Mark]:
    """Return the scores of these metrics that are of a category, and from `lowest` to `highest`."""
    return frozenset(
        (metric, score)
        for metric in metrics
        for score in SCALES[metric].scores
        if category in ("", SCALES[metric].category_of(score))
        and (lowest is None or score >= lowest)
        and (highest is None or score <= highest)
    )


def choose(rules: Iterable[Placed], traits: Traits) -> Placed | None:
    """Return the first of `rules` whose conditions all hold, or None where nothing is to be done."""
    return next((rule for rule in rules if rule.conditions.fit(traits)), None)


def never_followed(rules: Sequence[Placed]) -> list[Placed]:
    """Return those that no answer can reach, since those before them take every one that fits."""
    return [rule for place, rule in enumerate(rules) if _is_covered(rule.conditions, rules[:place])]


def _is_covered(conditions: Conditions, earlier: Iterable[Ordered]) -> bool:
    """Say whether every answer that fits also fits something earlier."""
    before = [rule.conditions for rule in earlier if rule.conditions.meets(conditions)]
    hardest = _hardest(conditions, before)
    return all(any(other.fit(traits) for other in before) for traits in hardest)


def _hardest(conditions: Conditions, before: Sequence[Conditions]) -> Iterator[Traits]:
    """Yield answers that fit `conditions` and as little else as any: if these are taken, all are.

    Where nothing is asked, an answer of another survey, without product, amount, topics and segments fits fewest;
    amounts matter only where they begin, and just after something earlier ends.
    """
    starts = {conditions.lowest, *(other.most + CENT for other in before if other.most is not None)}
    within = [at for at in sorted(starts) if conditions.lowest <= at <= conditions.highest]
    amounts: Sequence[Decimal | None] = within if conditions.asks_amount else [None]
    products: Sequence[int | None] = sorted(conditions.products) or [None]
    topics = [frozenset({topic}) for topic in sorted(conditions.topics)] or [frozenset()]
    survey = ANOTHER_SURVEY if conditions.survey is None else conditions.survey
    segments = frozenset[int]() if conditions.segment is None else frozenset({conditions.segment})
    for (metric, score), made, amount, named in product(sorted(conditions.marks), products, amounts, topics):
        yield Traits(survey, metric, score, made, amount, named, segments)
