"""The arithmetic of experiments, and how often it says something where there is nothing."""

from itertools import product
from math import comb, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.counts import Counts
from analytics.experiments.results import ArmTally, judge, smallest_seen
from analytics.formulas.balance import chance_of_counts, tail
from analytics.formulas.sample_sizes import smallest_share_difference
from analytics.formulas.step_down import holm
from analytics.verdicts import Change

CHANCES = st.lists(st.floats(0, 1), max_size=6)


def arm(asked, answered):
    return ArmTally(asked, asked, answered, Counts(answered))


def test_rate_interval_and_difference_are_wilsons_and_newcombes():
    # Newcombe 1998, table II: 56/70 against 48/80 differ by 0.2000, method 10 gives 0.0524 to 0.3339.
    first, second = arm(80, 48), arm(70, 56)

    (verdict,) = judge([first, second])

    assert second.rate == pytest.approx(80)
    assert verdict.difference.points == pytest.approx(20)
    assert verdict.difference.interval.low == pytest.approx(5.24, abs=0.005)
    assert verdict.difference.interval.high == pytest.approx(33.39, abs=0.005)
    assert verdict.standing is Change.UP
    assert judge([second, first])[0].standing is Change.DOWN


def test_few_asked_are_not_judged():
    for arms in ([arm(29, 0), arm(500, 400)], [arm(500, 400), arm(29, 0)]):
        (verdict,) = judge(arms)
        assert (verdict.standing, verdict.difference, verdict.chance) == (Change.TOO_FEW, None, None)


def test_several_arms_are_judged_together():
    alone = judge([arm(400, 100), arm(400, 128)])[0]
    together = judge([arm(400, 100), arm(400, 128), arm(400, 101), arm(400, 99)])[0]

    assert alone.chance < 0.05 < 0.06 < together.chance == pytest.approx(3 * alone.chance)
    assert (alone.standing, together.standing) == (Change.UP, Change.UNCLEAR)


@pytest.mark.parametrize(("asked", "rate"), [(60, 0.1), (60, 0.3), (100, 0.2), (120, 0.5), (150, 0.05)])
def test_two_arms_that_do_not_differ_are_told_apart_in_at_most_five_of_a_hundred(asked, rate):
    # Not simulated but summed over all outcomes.
    chances = [comb(asked, k) * rate**k * (1 - rate) ** (asked - k) for k in range(asked + 1)]
    likely = [k for k, chance in enumerate(chances) if chance > 1e-7]

    false = sum(
        chances[one] * chances[other]
        for one, other in product(likely, likely)
        if judge([arm(asked, one), arm(asked, other)])[0].standing is not Change.UNCLEAR
    )

    assert 0.005 < false <= 0.05


@pytest.mark.parametrize(("arms", "asked", "rate"), [(2, 400, 0.25), (3, 300, 0.2), (4, 200, 0.3)])
def test_pages_where_nothing_differs_say_something_in_at_most_five_of_a_hundred(arms, asked, rate):
    chance, pages = Random(2026), 1_000
    false = 0
    for _page in range(pages):
        counted = [arm(asked, sum(chance.random() < rate for _one in range(asked))) for _arm in range(arms)]
        false += any(verdict.standing is not Change.UNCLEAR for verdict in judge(counted))

    # The seed is fixed; the bound leaves what 1,000 pages may stray (two standard errors).
    assert false / pages <= 0.05 + 2 * (0.05 * 0.95 / pages) ** 0.5


def test_a_difference_that_was_foreseen_is_seen_eight_times_of_ten():
    asked, rate, chance = 800, 0.25, Random(7)
    points = smallest_seen(2 * asked, [50, 50], rate)

    seen = sum(
        judge(
            [
                arm(asked, sum(chance.random() < rate for _one in range(asked))),
                arm(asked, sum(chance.random() < rate + points / 100 for _one in range(asked))),
            ]
        )[0].standing
        is Change.UP
        for _experiment in range(400)
    )

    assert 0.74 < seen / 400 < 0.86


def test_what_can_be_seen_is_that_of_the_worst_arm_and_of_all_comparisons():
    # 2.801585 · √(0.25 · 0.75 / 500 + d · (1 − d) / 500) + 1 / 500, with d = 0.25 plus the very difference
    points = smallest_seen(1000, [50, 50], 0.25) / 100
    error = sqrt((0.25 * 0.75 + (0.25 + points) * (0.75 - points)) / 500)
    assert points == pytest.approx(2.801585 * error + 1 / 500, abs=1e-6)
    assert points == pytest.approx(0.0824, abs=0.0005)
    assert smallest_seen(1000, [50, 50], 0.25) == smallest_share_difference(0.25, 500, 500)
    assert smallest_seen(1000, [80, 10, 10], 0.25) == smallest_share_difference(0.25, 100, 800, chance=0.025)
    assert smallest_seen(10, [95, 5], 0.25) is None
    assert smallest_seen(4, [50, 50], 0.5) <= 100


@given(CHANCES)
def test_holms_chances_are_no_smaller_and_keep_their_order(chances):
    adjusted = holm(chances)

    assert all(given <= found <= 1 for given, found in zip(chances, adjusted, strict=True))
    by_size = [found for _given, found in sorted(zip(chances, adjusted, strict=True))]
    assert by_size == sorted(by_size)


def test_holms_chances_are_those_of_the_book():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@pytest.mark.parametrize(("freedom", "edge"), [(1, 3.841459), (2, 5.991465), (3, 7.814728)])
def test_the_tail_of_the_chi_square(freedom, edge):
    assert tail(edge, freedom) == pytest.approx(0.05, abs=1e-6)
    assert tail(0, freedom) == 1


def test_arms_that_are_not_as_large_as_their_shares():
    assert chance_of_counts([500, 500], [500, 500]) == 1
    assert chance_of_counts([600, 400], [500, 500]) == pytest.approx(2.5396e-10, rel=1e-3)
    assert chance_of_counts([3, 3], [3, 3]) is None
    for counts, expected in (([10], [10]), ([10, 10], [10, 11]), ([1] * 5, [1] * 5)):
        with pytest.raises(ValueError, match="two to four groups"):
            chance_of_counts(counts, expected)
