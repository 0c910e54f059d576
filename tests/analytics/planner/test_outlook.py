import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps, top_share
from analytics.counts import Counts
from analytics.planner.outlook import (
    Shares,
    answers_a_month_after_events,
    answers_in_turn,
    answers_until,
    months_until,
    outlook,
)
from tests.analytics.vectors import COUNTS, near

SHARES = st.builds(lambda counts: Shares.of(counts, nps), COUNTS)
ARITHMETICS = st.sampled_from([nps, top_share])


def test_forty_answers_a_month_see_changes_of_47_points():
    seen = outlook(40, Shares(), nps)

    assert round(seen.change) == 47
    assert round(seen.margin) == 23
    assert seen.is_enough


def test_ten_points_need_some_950_answers_in_each_period():
    assert answers_until(10, Shares()) == pytest.approx(955, abs=1)
    assert months_until(10, Shares(), 40) == 24


def test_a_dashboard_compares_nothing_of_fewer_than_thirty():
    assert answers_until(100, Shares()) == 30
    assert months_until(100, Shares(), 7.5) == 4
    assert outlook(29, Shares(), nps).is_enough is False


@pytest.mark.parametrize("answers", [0, 0.9, -3])
def test_no_answers_let_nothing_be_seen(answers):
    seen = outlook(answers, Shares(), nps, customers=10)

    assert (seen.answers, seen.margin, seen.change) == (0, None, None)
    assert seen.of_these is None
    assert months_until(10, Shares(), 0) is None
    assert months_until(10, Shares(), 0.01) is None


def test_of_a_small_customer_base_more_is_known_than_of_a_process():
    seen = outlook(30, Shares(), nps, customers=40)

    # The interval of 20, 6, 4 of 40 has this width in the reference; the shares here are a little wider.
    assert seen.of_these == pytest.approx(14, abs=1)
    assert seen.margin > 25
    assert outlook(40, Shares(), nps, customers=40).of_these == 0
    assert outlook(41, Shares(), nps, customers=40).of_these is None


def test_few_answers_tell_no_spread_and_many_do():
    assert Shares.of(Counts(29), nps) == Shares(0.5, 0.2)
    assert Shares.of(Counts(20, 5, 5), nps) == Shares(
        2 / 3, 1 / 6, pytest.approx((30 * 7 / 12 + 1) / 33), is_measured=True
    )
    assert Shares.of(Counts(20, 5, 5), top_share) == Shares(
        2 / 3, 0, pytest.approx((30 * 2 / 9 + 1) / 33), is_measured=True
    )
    assert Shares.of(Counts(3), top_share) == Shares(0.5, 0.0, 0.25)


@forall(COUNTS, st.integers(1, 2000), ARITHMETICS)
def test_nobody_sees_a_change_of_nothing_however_much_all_said_the_same(counts, n, arithmetic):
    assert outlook(n, Shares.of(counts, arithmetic), arithmetic).change > 0


def test_of_thirty_who_all_said_the_same_a_large_change_is_seen_of_a_few():
    shares = Shares.of(Counts(30), nps)

    assert round(outlook(40, shares, nps).change) == 11
    assert answers_until(5, shares) == 188


@forall(SHARES, st.floats(0, 5000), st.integers(1, 5000), ARITHMETICS)
def test_what_is_seen_is_possible(shares, answers, customers, arithmetic):
    seen = outlook(answers, shares, arithmetic, customers)

    if not seen.answers:
        assert seen.margin is None
        return
    assert 0 <= seen.margin <= 100
    assert 0 <= seen.change <= arithmetic.HIGHEST - arithmetic.LOWEST
    assert (seen.of_these is None) == (seen.answers > customers)
    assert seen.of_these is None or 0 <= seen.of_these <= 100


@forall(SHARES, st.integers(1, 2000), st.integers(1, 2000))
def test_more_answers_see_no_less(shares, few, more):
    one, other = (outlook(n, shares, nps) for n in sorted((few, more)))

    assert other.change <= one.change + 1e-9


@forall(SHARES, st.integers(1, 100), st.floats(0.1, 500))
def test_the_months_hold_the_answers_that_are_needed_and_no_month_more(shares, points, a_month):
    months = months_until(points, shares, a_month)
    needed = answers_until(points, shares)

    if months is None:
        assert needed / a_month >= 1200
    else:
        assert months * a_month >= needed - 1e-6
        assert months == 1 or (months - 1) * a_month < needed + 1e-6
        assert outlook(needed, shares, nps).change <= points + 1e-9


@forall(SHARES, st.integers(0, 500))
def test_whole_answers_add_up(shares, n):
    counts = shares.counts(n)

    assert counts.n == n
    assert min(counts.good, counts.middle, counts.bad) >= 0


def test_answers_come_of_what_happens_the_share_that_is_asked_and_the_rate():
    assert answers_a_month_after_events(200, 50, 20) == near(20, 1e-9)
    assert answers_in_turn(1000, 50, 20, cadence=6, months=3) == near(50, 1e-9)


def test_asking_more_often_than_a_period_is_long_adds_no_customer_to_it():
    assert answers_in_turn(1000, 50, 20, cadence=3, months=3) == near(100, 1e-9)
    assert answers_in_turn(1000, 50, 20, cadence=1, months=3) == near(100, 1e-9)
