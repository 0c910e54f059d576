import random
from collections import Counter
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import nps, top_share
from analytics.clusters import Spread
from analytics.formulas.portions import portions
from analytics.formulas.priorities import PlaceRange, places, surely_below
from analytics.formulas.topics import TopicSums, impacts, without_topic
from surveys.metrics import Tier
from tests.analytics.vectors import near

ANSWERS = st.dictionaries(
    st.tuples(st.sampled_from(list(Tier)), st.frozensets(st.sampled_from("abcd"), max_size=3)),
    st.integers(1, 40),
    max_size=20,
).map(Counter)


def drawn(shares, size, seed=1):
    """Answers that name one topic each; `shares`: of a topic how often it is named, and its part of detractors."""
    chance = random.Random(seed)
    topics, weights = list(shares), [often for often, _bad in shares.values()]
    found = Counter()
    for topic in chance.choices(topics, weights, k=size):
        tier = Tier.BAD if chance.random() < shares[topic][1] else Tier.GOOD
        found[tier, frozenset(topic)] += 1
    return found


def test_the_costliest_stands_first_where_that_is_sure():
    alike = drawn({"a": (3, 0.8), "b": (3, 0.3), "c": (3, 0.3), "d": (3, 0.1)}, 3000)

    found = places(alike, nps.WORTH, "dcba")

    assert next(iter(found)) == "a"
    assert found["a"] == PlaceRange(1, 1)
    assert found["d"] == PlaceRange(4, 4)
    assert {found["b"], found["c"]} == {PlaceRange(2, 3)}


def test_with_few_answers_no_place_is_certain():
    found = places(drawn({"a": (3, 0.6), "b": (3, 0.5), "c": (3, 0.4)}, 30), nps.WORTH, "abc")

    assert set(found.values()) == {PlaceRange(1, 3)}


def test_equal_topics_are_told_apart_no_more_often_than_chance_allows():
    shares = {"a": (1, 0.5), "b": (1, 0.5), "c": (1, 0.2), "d": (3, 0.2)}
    told = sum(places(drawn(shares, 800, seed), nps.WORTH, "ab")["a"].is_certain for seed in range(200))

    assert 2 <= told <= 26


def test_answers_of_few_accounts_tell_less():
    alike = drawn({"a": (3, 0.7), "b": (3, 0.55), "c": (3, 0.1)}, 1000)

    assert places(alike, nps.WORTH, "ab")["a"].is_certain
    assert not places(alike, nps.WORTH, "ab", Spread(20.0, 30))["a"].is_certain
    assert not places(alike, nps.WORTH, "ab", Spread(1.0, 0))["a"].is_certain


@given(ANSWERS)
def test_places_are_places_and_their_order_is_that_of_the_cost(alike):
    sums = TopicSums.of_alike(alike)
    costs = {topic: impact.left_out for topic, impact in impacts(sums).items()}

    found = places(alike, nps.WORTH, "abcd")

    assert set(found) == {topic for topic, cost in costs.items() if cost is not None}
    assert all(1 <= place.first <= place.last <= len(found) for place in found.values())
    in_order = [costs[topic] for topic in found]
    assert in_order == near(sorted(in_order), 1e-9)


@given(ANSWERS)
def test_portions_are_the_points_that_topics_lose_and_gain(alike):
    sums = TopicSums.of_alike(alike)
    lost, gained, known = portions(alike, Tier.BAD), portions(alike, Tier.GOOD), impacts(sums)

    for topic, impact in known.items():
        assert (-lost[topic].value, gained[topic].value) == near((impact.lost, impact.gained), 1e-9)
        for portion in (lost[topic], gained[topic]):
            assert 0 <= portion.interval.low <= portion.value + 1e-9
            assert portion.value - 1e-9 <= portion.interval.high <= 100
    whole = sum(each.value for each in gained.values()) - sum(each.value for each in lost.values())
    if alike:
        assert whole + sum(without_topic(sums)) == near(nps.value(sums.total), 1e-9)


def test_a_portion_of_single_topics_has_the_interval_of_a_share():
    alike = Counter({(Tier.BAD, frozenset("a")): 12, (Tier.GOOD, frozenset("b")): 60, (Tier.MIDDLE, frozenset()): 28})
    expected = top_share.of_share(12, 100)

    found = portions(alike, Tier.BAD)["a"]

    assert (found.interval.low, found.interval.high) == near((expected.low, expected.high), 1e-9)
    wide = portions(alike, Tier.BAD, Spread(4.0, inf))["a"].interval
    assert wide.low < found.interval.low < found.interval.high < wide.high
    assert (portions(alike, Tier.BAD, Spread(1.0, 0))["a"].interval.high) == 100


def test_only_what_is_surely_worse_is_below():
    sums = TopicSums.of_alike(drawn({"a": (3, 0.8), "b": (3, 0.3), "c": (3, 0.32)}, 600))

    assert surely_below({topic: impact.gap for topic, impact in impacts(sums).items()}) == {"a"}
    assert surely_below({"a": None}) == set()


@pytest.mark.parametrize("alike", [{}, {(Tier.BAD, frozenset("a")): 5}])
def test_nothing_to_compare_has_no_place(alike):
    assert places(alike, nps.WORTH, "a") == {}
