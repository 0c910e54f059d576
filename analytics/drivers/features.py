"""Which values of the facts of an answer a model is told. Pure.

Of each fact the values with the most answers are told, each of thirty answers or more. What else there is stands
together as “others”. The most frequent value is what a model of the others is about where none of them is; which value
that is changes no page, for there each is held against all other answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.counts import ENOUGH

MOST_VALUES = 12
# The facts of which an answer has one value each, in the order of the page; topics it may have several of.
FACTS = ("product", "channel", "manager", "amount", "tenure_band")
TOPIC = "topic"
# That an answer names a topic at all.
SAID = "said"
Value = int | str | None
# The others of a fact, put together.
OTHERS = None


@dataclass(frozen=True, slots=True)
class BadTally:
    """So many answers have a value, and so many of these are bad."""

    answers: int = 0
    bad: int = 0

    def __add__(self, other: BadTally) -> BadTally:
        return BadTally(self.answers + other.answers, self.bad + other.bad)

    def __sub__(self, other: BadTally) -> BadTally:
        return BadTally(self.answers - other.answers, self.bad - other.bad)

    @property
    def share(self) -> float | None:
        """Per cent that are bad; None of no answers."""
        return 100 * self.bad / self.answers if self.answers else None


@dataclass(frozen=True, slots=True)
class FactValues:
    """What is told of one fact.

    `usual`: the most frequent value, which the model leaves out; `told`: the next ones, the most frequent first;
    `others`: what is put together, of how many values.
    """

    usual: Value
    told: Sequence[Value]
    others: BadTally
    number_of_others: int

    @property
    def is_told(self) -> bool:
        """Whether there is anything to hold against the usual value."""
        return bool(self.told) or self.tells_others

    @property
    def tells_others(self) -> bool:
        return self.others.answers >= ENOUGH

    @property
    def in_play(self) -> tuple[Value, ...]:
        """The values that differ from each other, the most frequent first; of two the second says it all."""
        others = (OTHERS,) if self.tells_others else ()
        return (self.usual, *self.told, *others) if len(self.told) + len(others) > 1 else (*self.told, *others)

    def told_as(self, value: Value) -> tuple[Value, ...]:
        """Return what an answer of this value is told as: nothing where it is usual, or among too few others."""
        if value in self.told:
            return (value,)
        return (OTHERS,) if value != self.usual and self.tells_others else ()


def chosen(tallies: Mapping[Value, BadTally]) -> FactValues | None:
    """Return what is told of a fact of which each value has so many answers; None where none has thirty."""
    in_order = sorted(tallies, key=lambda value: (-tallies[value].answers, str(value)))
    enough = [value for value in in_order if tallies[value].answers >= ENOUGH]
    if not enough:
        return None
    kept = enough[:MOST_VALUES]
    rest = [value for value in in_order if value not in kept]
    return FactValues(kept[0], kept[1:], sum((tallies[value] for value in rest), BadTally()), len(rest))
