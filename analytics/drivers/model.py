"""What goes together with bad answers once everything else on the page is allowed for, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, sqrt

from analytics import verdicts
from analytics.clusters import Spread
from analytics.counts import ENOUGH
from analytics.drivers.features import FACTS, OTHERS, SAID, TOPIC, BadTally, FactValues, Value, chosen
from analytics.drivers.patterns import PatternRow, Patterns
from analytics.estimates import Z95, Interval
from analytics.formulas.drivers import ENOUGH_DETRACTORS, Coefficient, fit_alike
from analytics.verdicts import FALSE_DISCOVERIES, Change

# A fact and its value: ("product", 5), ("topic", 3), ("said", 1).
Feature = tuple[str, Value]


@dataclass(frozen=True, slots=True)
class Driver:
    """One value. `odds`: how many times the odds of a bad answer are those of the other values, or without the topic.

    `tally` and `against` are what all answers say by themselves: with it, and all others, or those of other topics.
    """

    feature: Feature
    tally: BadTally
    against: BadTally
    odds: float
    interval: Interval
    verdict: Change


@dataclass(frozen=True, slots=True)
class DriverReport:
    """`values`: what is told of each fact; `alone`: facts of which all answers have one value, so that nothing is told.

    `drivers` are empty where there are fewer than a hundred bad answers, or no two kinds of answers to tell apart.
    """

    total: BadTally
    read: int
    values: Mapping[str, FactValues]
    alone: Sequence[str]
    small_topics: int
    drivers: Sequence[Driver]

    @property
    def is_enough(self) -> bool:
        return self.total.bad >= ENOUGH_DETRACTORS

    @property
    def is_drawn(self) -> bool:
        return self.read < self.total.answers

    @property
    def sure(self) -> list[Driver]:
        """Those of which it is sure, what weighs most first; that an answer names any topic is no news."""
        told = [one for one in self.drivers if one.verdict in (Change.UP, Change.DOWN) and one.feature[0] != SAID]
        return sorted(told, key=lambda one: -max(one.odds, 1 / one.odds))


def report(found: Patterns, hanging: Spread) -> DriverReport:
    """Return what goes together with bad answers; `hanging`: how all answers hang together, by account.

    A topic is told where thirty answers name it and thirty others name another one.
    """
    of_facts = {name: chosen(found.tallies.get(name, {})) for name in FACTS}
    values = {name: one for name, one in of_facts.items() if one and one.is_told}
    said, topics = found.tallies.get(SAID, {}).get(1, BadTally()), found.tallies.get(TOPIC, {})
    kept = [topic for topic, tally in sorted(topics.items(), key=str) if _tells(tally, said)]
    features: list[Feature] = [*_of_facts(values), *((TOPIC, topic) for topic in kept)]
    if ENOUGH <= said.answers <= found.total.answers - ENOUGH:
        features.append((SAID, 1))
    is_enough = found.total.bad >= ENOUGH_DETRACTORS and not hanging.is_unknown
    drivers = _fitted(found, values, features, hanging.design_effect) if is_enough else []
    return DriverReport(
        found.total,
        found.read,
        values,
        [name for name in FACTS if name not in values],
        len(topics) - len(kept),
        drivers,
    )


def _tells(tally: BadTally, said: BadTally) -> bool:
    return ENOUGH <= tally.answers <= said.answers - ENOUGH


def _of_facts(values: Mapping[str, FactValues]) -> Iterator[Feature]:
    for name, one in values.items():
        yield from ((name, value) for value in one.told)
        if one.tells_others:
            yield name, OTHERS


def _fitted(
    found: Patterns, values: Mapping[str, FactValues], features: Sequence[Feature], design_effect: float
) -> list[Driver]:
    alike = ((_features(row, values), row.answers, row.bad) for row in found.rows)
    model = fit_alike(alike, features)
    if model is None or not features:
        return []
    wider = sqrt(max(1.0, design_effect))
    widened = {
        feature: Coefficient(one.value, one.error * wider)
        for feature, weights in _comparisons(values, features, found)
        for one in [model.sum_of(weights)]
    }
    rates = verdicts.false_discovery_rates([erfc(abs(one.value) / one.error / sqrt(2)) for one in widened.values()])
    return [
        _driver(feature, one, rate, found, values) for (feature, one), rate in zip(widened.items(), rates, strict=True)
    ]


def _comparisons(
    values: Mapping[str, FactValues], features: Sequence[Feature], found: Patterns
) -> Iterator[tuple[Feature, Mapping[Feature, float]]]:
    """Yield what is told and how it is made of the model: a value against the mean of the others, by their answers."""
    for name, one in values.items():
        sizes = {each: _tally((name, each), found, values).answers for each in dict.fromkeys((one.usual, *one.in_play))}
        for value in one.in_play:
            rest = sum(sizes.values()) - sizes[value]
            yield (name, value), {(name, each): 1.0 if each == value else -size / rest for each, size in sizes.items()}
    yield from ((feature, {feature: 1.0}) for feature in features if feature[0] in (TOPIC, SAID))


def _features(row: PatternRow, values: Mapping[str, FactValues]) -> Collection[Feature]:
    found: list[Feature] = [(name, told) for name, one in values.items() for told in one.told_as(row.values[name])]
    if row.topics:
        found += [(SAID, 1), *((TOPIC, topic) for topic in row.topics)]
    return found


def _driver(
    feature: Feature, one: Coefficient, rate: float, found: Patterns, values: Mapping[str, FactValues]
) -> Driver:
    reach = Z95 * one.error
    interval = Interval(exp(one.value - reach), exp(one.value + reach))
    verdict = Change.UNCLEAR
    if rate <= FALSE_DISCOVERIES and abs(one.value) > reach:
        verdict = Change.UP if one.value > 0 else Change.DOWN
    tally = _tally(feature, found, values)
    whole = found.tallies[SAID][1] if feature[0] == TOPIC else found.total
    return Driver(feature, tally, whole - tally, exp(one.value), interval, verdict)


def _tally(feature: Feature, found: Patterns, values: Mapping[str, FactValues]) -> BadTally:
    """Return the answers with a feature."""
    name, value = feature
    return values[name].others if value is OTHERS else found.tallies[name][value]
