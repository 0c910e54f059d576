from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps
from analytics.counts import Counts
from analytics.formulas import population
from tests.analytics.vectors import ANSWERED, ROUNDING, cases, ends, near


@cases("nps_interval_fpc")
def test_correction_and_interval_agree_with_the_reference(given, expected, tolerance):
    counts = Counts(given["P"], given["Q"], given["D"])

    found = population.interval(counts, given["population"])
    left = population.correction(counts.n, given["population"])

    assert ends(found) == near([expected["lo"], expected["hi"]], tolerance)
    assert (found.low + found.high) / 2 == near(expected["centre"], tolerance)
    assert (left, 3 * left) == near((expected["fpc2"], expected["pseudo_total"]), tolerance)


@forall(ANSWERED, st.integers(0, 500))
def test_the_interval_holds_the_number_and_is_no_wider_than_with_endless_others(counts, silent):
    found = population.interval(counts, counts.n + silent)
    endless = nps.interval(counts)

    assert -100 <= found.low <= found.high <= 100
    assert found.high - found.low <= endless.high - endless.low + ROUNDING
    if counts.n > 1:
        assert found.low - ROUNDING <= nps.value(counts) <= found.high + ROUNDING


@forall(ANSWERED, st.integers(0, 500))
def test_good_and_bad_mirror_each_other(counts, silent):
    found = population.interval(counts, counts.n + silent)
    mirrored = population.interval(Counts(counts.bad, counts.middle, counts.good), counts.n + silent)

    assert (mirrored.low, mirrored.high) == near((-found.high, -found.low), ROUNDING)


@forall(ANSWERED, st.integers(0, 5))
def test_once_all_have_answered_the_number_is_certain(counts, unlisted):
    found = population.interval(counts, counts.n - min(unlisted, counts.n - 1))

    assert ends(found) == near([nps.value(counts)] * 2, ROUNDING)


def test_many_others_make_it_the_usual_interval():
    counts = Counts(60, 25, 15)

    assert ends(population.interval(counts, 10**9)) == near(ends(nps.interval(counts)), 1e-4)


def test_no_answers_have_no_interval():
    assert population.interval(Counts(), 40) is None
    assert population.correction(1, 1) == 0


def test_one_of_two_leaves_something_open():
    found = population.interval(Counts(good=1), 2)

    assert population.correction(1, 2) == 1
    assert ends(found) == ends(nps.interval(Counts(good=1)))


def test_the_interval_is_cut_at_the_ends_of_the_scale():
    assert population.interval(Counts(bad=5), 50).low == -100
    assert population.interval(Counts(good=5), 50).high == 100
