from math import sqrt

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps
from analytics.counts import Counts
from analytics.formulas import sample_sizes
from tests.analytics.vectors import cases, near

VARIANCES = st.floats(0, 1)
POINTS = st.floats(0.5, 200)


@cases("sample_size_margin")
def test_answers_for_a_margin_agree_with_the_reference(given, expected, tolerance):
    assert sample_sizes.answers_for_margin(given["var_unit"], given["margin_points"]) == near(expected["n"], tolerance)


@cases("sample_size_difference")
def test_answers_for_a_difference_agree_with_the_reference(given, expected, tolerance):
    each = given["var_unit_each"]

    found = sample_sizes.answers_for_difference(each, each, given["difference_points"], given["alpha"], given["power"])

    assert found == near(expected["n_per_group"], tolerance)


@cases("margin_by_n")
def test_the_margin_to_expect_agrees_with_the_reference(given, expected, tolerance):
    assert sample_sizes.margin(given["n"], given["p"], given["d"]) == near(expected["margin_points"], tolerance)


def test_the_margin_to_expect_is_that_of_such_answers():
    interval = nps.interval(Counts(60, 25, 15))

    assert sample_sizes.margin(100, 0.6, 0.15) == pytest.approx((interval.high - interval.low) / 2)


def test_forty_answers_a_month_see_changes_of_47_points():
    assert sample_sizes.smallest_difference(40, 0.6, 0.6) == pytest.approx(46.8, abs=0.05)


@forall(VARIANCES, POINTS)
def test_so_many_answers_are_enough_for_the_margin_and_one_fewer_is_not(variance, margin):
    n = sample_sizes.answers_for_margin(variance, margin)

    assert n >= 1
    assert 100 * 1.959963984540054 * sqrt(variance / (n + 3)) <= margin * (1 + 1e-9)
    if n > 1:
        assert 100 * 1.959963984540054 * sqrt(variance / (n + 2)) > margin * (1 - 1e-9)


@forall(VARIANCES, VARIANCES, POINTS)
def test_so_many_answers_are_enough_to_see_the_difference(ours, theirs, points):
    n = sample_sizes.answers_for_difference(ours, theirs, points)

    assert sample_sizes.answers_for_difference(theirs, ours, points) == n
    assert sample_sizes.smallest_difference(n, ours, theirs) <= points * (1 + 1e-9)


@forall(st.integers(1, 10**6), st.integers(0, 100), st.integers(0, 100))
def test_a_margin_is_never_wider_than_the_scale_and_shrinks_with_answers(n, promoters, others):
    shares = promoters / 100, (100 - promoters) * others / 10000

    assert 0 < sample_sizes.margin(2 * n, *shares) <= sample_sizes.margin(n, *shares) <= 100
    assert 0 <= sample_sizes.smallest_difference(n, sample_sizes.variance(*shares), 0.5) <= 200


def test_one_answer_of_any_confidence_is_within_the_scale():
    assert sample_sizes.margin(1, 0.5, 0.5, z=4) == 100
    assert sample_sizes.smallest_difference(1, 1, 1, power=0.999) == 200


def test_no_answers_see_nothing():
    assert sample_sizes.margin(0, 0.5, 0.2) is None
    assert sample_sizes.smallest_difference(0, 0.6, 0.6) is None


@pytest.mark.parametrize("points", [0, -5.0, 1e-200])
def test_no_number_of_answers_sees_no_difference(points):
    assert sample_sizes.answers_for_margin(0.6, points) is None
    assert sample_sizes.answers_for_difference(0.6, 0.6, points) is None


def test_answers_that_are_all_alike_need_one():
    assert sample_sizes.answers_for_margin(0, 10) == 1


def test_a_variance_below_nothing_is_refused():
    with pytest.raises(ValueError, match="variance"):
        sample_sizes.answers_for_margin(-0.1, 10)
