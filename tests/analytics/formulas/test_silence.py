from itertools import pairwise

from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps, top_share
from analytics.counts import Counts
from analytics.formulas import silence
from tests.analytics.vectors import ANSWERED, ROUNDING, cases, ends, near


@cases("manski_bounds")
def test_bounds_and_tipping_point_agree_with_the_reference(given, expected, tolerance):
    found = silence.of(Counts(given["P"], given["Q"], given["D"]), given["invited"])

    assert (found.rate, nps.value(found.answered)) == near((expected["response_rate"], expected["nps"]), tolerance)
    assert ends(found.bounds) == near([expected["worst"], expected["best"]], tolerance)
    assert found.tipping_point(given["target"]) == near(expected["tipping_nonrespondent_nps"], tolerance)
    assert ends(found.plausible) == near([expected["plausible_lo_20pts"], expected["plausible_hi_20pts"]], tolerance)


@forall(ANSWERED, st.integers(0, 900))
def test_bounds_hold_the_plausible_and_both_hold_the_number(answered, silent):
    found = silence.of(answered, answered.n + silent)
    value = nps.value(answered)

    order = [-100, found.bounds.low, found.plausible.low, value, found.plausible.high, found.bounds.high, 100]
    assert all(low <= high + ROUNDING for low, high in pairwise(order))


@forall(ANSWERED, st.integers(1, 900), st.integers(-100, 100))
def test_with_the_silent_at_the_tipping_point_the_target_is_just_met(answered, silent, target):
    found = silence.of(answered, answered.n + silent)
    silent_nps = found.tipping_point(target)

    assert (answered.good - answered.bad) * 100 + silent * silent_nps == near(target * (answered.n + silent), 1e-6)
    assert (silent_nps < -100) is (found.bounds.low > target) or abs(found.bounds.low - target) < 1e-6


@forall(ANSWERED, st.integers(0, 900))
def test_good_and_bad_mirror_each_other(answered, silent):
    found = silence.of(answered, answered.n + silent)
    mirrored = silence.of(Counts(answered.bad, answered.middle, answered.good), answered.n + silent)

    assert ends(mirrored.bounds) == near([-found.bounds.high, -found.bounds.low], ROUNDING)
    assert ends(mirrored.plausible) == near([-found.plausible.high, -found.plausible.low], ROUNDING)


def test_nobody_asked_leaves_nothing_open():
    assert silence.of(Counts(), 0) is None
    assert silence.of(Counts(5, 0, 0), 0) is None


def test_without_answers_everything_is_open():
    found = silence.of(Counts(), 40)

    assert ends(found.bounds) == [-100, 100]
    assert found.plausible is None
    assert found.tipping_point(30) == 30


def test_when_all_answered_nothing_is_open():
    for asked in (100, 90):
        found = silence.of(Counts(60, 25, 15), asked)

        assert ends(found.bounds) == ends(found.plausible) == near([45, 45], ROUNDING)
        assert found.tipping_point(30) is None


def test_one_person_asked_is_heard():
    assert silence.of(Counts(good=1), 1).rate == 1


def test_a_share_is_left_open_between_its_own_ends():
    found = silence.of(Counts(30, 5, 5), 100, top_share)

    assert ends(found.bounds) == near([30, 90], ROUNDING)
    assert ends(found.plausible) == near([63, 87], ROUNDING)
    assert found.tipping_point(60) == near(50, ROUNDING)
