import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps, top_share
from analytics.counts import Counts
from analytics.formulas import silence
from analytics.silence.tipping_point import Reach, points, told
from tests.analytics.vectors import ANSWERED


def test_the_tens_around_the_number_and_the_chosen_goal_stand_in_order():
    found = points(silence.of(Counts(60, 25, 15), 400), 42.0)

    assert [(one.goal, one.is_chosen) for one in found] == [
        (50, False), (42, True), (40, False), (30, False), (20, False), (10, False),
    ]  # fmt: skip
    thirty = found[3]
    assert (thirty.silent, thirty.apart, thirty.reach) == (pytest.approx(25), pytest.approx(-20), Reach.TURNS)


def test_the_chosen_goal_is_told_or_else_the_nearest_well_below():
    asked = silence.of(Counts(60, 25, 15), 400)

    assert told(points(asked, -60.0), 45).goal == -60
    assert told(points(asked, None), 45).goal == 40
    assert told(points(silence.of(Counts(51, 39, 10), 400), None), 41).goal == 30


def test_goals_that_do_not_depend_on_the_silent_say_so():
    # Nine of ten answered, so the number of all lies between -45 and -25.
    asked = silence.of(Counts(25, 5, 60), 100)
    found = {one.goal: one.reach for one in points(asked, None)}

    assert found[-70.0] is Reach.HOLDS
    assert found[-40.0] is Reach.TURNS
    assert points(asked, 0.0)[0].reach is Reach.MISSED


def test_nobody_silent_or_nobody_heard_turns_on_nothing():
    assert points(silence.of(Counts(5, 0, 0), 5), 10.0) == []
    assert points(silence.of(Counts(), 50), 10.0) == []
    assert told([], 40) is None


@pytest.mark.parametrize("arithmetic", [nps, top_share])
@forall(answers=ANSWERED, silent=st.integers(1, 400), goal=st.none() | st.integers(0, 100))
def test_what_turns_could_come_true_and_the_rest_could_not(arithmetic, answers, silent, goal):
    asked = silence.of(answers, answers.n + silent, arithmetic)
    found = points(asked, None if goal is None else float(goal))

    assert [one.goal for one in found] == sorted({one.goal for one in found}, reverse=True)
    for one in found:
        assert arithmetic.LOWEST <= one.goal <= arithmetic.HIGHEST
        if one.reach is Reach.TURNS:
            assert arithmetic.LOWEST < one.silent <= arithmetic.HIGHEST
        assert (one.reach is Reach.MISSED) == (one.silent > arithmetic.HIGHEST)
