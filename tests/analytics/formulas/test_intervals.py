from itertools import product
from math import sqrt

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps
from analytics.counts import Counts
from analytics.formulas import intervals
from tests.analytics.vectors import ANSWERED, ROUNDING, cases, ends, near


@cases("nps_intervals")
def test_other_intervals_agree_with_the_reference(given, expected, tolerance):
    counts = Counts(given["P"], given["Q"], given["D"])

    assert 100 * sqrt(nps.variance(counts)) == near(expected["se_points"], tolerance)
    assert nps.variance(counts) * counts.n == near(expected["var_unit"], tolerance)
    assert ends(intervals.wald(counts)) == near(expected["wald95"], tolerance)
    assert ends(intervals.students(counts)) == near(expected["t95"], tolerance)
    assert ends(intervals.score(counts)) == near(expected["score_tango95"], tolerance)


@cases("nps_difference")
def test_the_pooled_test_agrees_with_the_reference(given, expected, tolerance):
    z, p = intervals.pooled_test(Counts(*given["a"]), Counts(*given["b"]))

    assert z == near(expected["pooled_score_z"], tolerance)
    assert p == near(expected["pooled_score_p"], 1e-7)


def test_the_score_interval_is_the_published_one():
    # Fagerland, Lydersen & Laake 2014: 1 and 7 discordant pairs of 21.
    assert ends(intervals.score(Counts(1, 13, 7))) == near([-51.7, -2.6], 0.05)


@forall(ANSWERED, st.sampled_from([intervals.wald, intervals.students, intervals.score]))
def test_an_interval_holds_the_number_and_mirrors_itself(counts, interval):
    found = interval(counts)
    mirrored = interval(Counts(counts.bad, counts.middle, counts.good))

    if found is None:
        assert interval is intervals.students
        assert counts.n == 1
        return
    assert -100 <= found.low <= nps.value(counts) + ROUNDING
    assert nps.value(counts) - ROUNDING <= found.high <= 100
    assert ends(mirrored) == near([-found.high, -found.low], 1e-6)


@forall(ANSWERED, ANSWERED)
def test_a_test_changes_its_sign_with_the_sides(ours, theirs):
    (z, p), (mirrored, same) = intervals.pooled_test(ours, theirs), intervals.pooled_test(theirs, ours)

    assert (mirrored, same) == near((-z, p), ROUNDING)
    assert 0 <= p <= 1


def test_answers_that_are_all_alike_do_not_differ():
    assert intervals.pooled_test(Counts(good=5), Counts(good=9)) == (0, 1)


@pytest.mark.parametrize("interval", [intervals.wald, intervals.students, intervals.score])
def test_no_answers_have_no_interval(interval):
    assert interval(Counts()) is None


def test_no_answers_are_not_tested():
    assert intervals.pooled_test(Counts(), Counts(good=5)) is intervals.pooled_test(Counts(good=5), Counts()) is None


def test_the_score_interval_has_a_width_also_at_the_ends():
    for counts in (Counts(*found) for found in product((0, 3), repeat=3)):
        if counts.n:
            found = intervals.score(counts)
            assert found.high - found.low > 10


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_the_score_interval_of_promoters_alone_has_a_closed_form(n):
    z = 1.959963984540054

    assert ends(intervals.score(Counts(good=n))) == near([100 * (n - z * z) / (n + z * z), 100], 1e-6)


def test_two_answers_have_a_students_interval():
    assert ends(intervals.students(Counts(good=1, bad=1))) == [-100, 100]
