import random

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.formulas.accounts import CompanyAnswers, account_nps, by_revenue, revenue_gap
from surveys.metrics import Tier
from tests.analytics.vectors import ROUNDING, cases, near

SCORES = st.integers(0, 10)
COMPANIES = st.lists(
    st.builds(CompanyAnswers, st.integers(-50, 500), st.lists(SCORES, max_size=4), st.none() | SCORES), max_size=8
)


@cases("account_level_nps")
def test_numbers_and_coverage_agree_with_the_reference(given, expected, tolerance):
    found = account_nps(
        [CompanyAnswers(one["revenue"], one["scores"], one["decision_maker"]) for one in given["accounts"]]
    )

    assert found.all_answers == near(expected["all_responses"], tolerance)
    assert (found.by_mean, found.by_strict_mean) == near(
        (expected["mean_score_rounded"], expected["mean_score_strict"]), tolerance
    )
    assert (found.company_mean, found.deciders) == near(
        (expected["account_mean"], expected["decision_maker"]), tolerance
    )
    assert (found.by_revenue.points, found.by_revenue.error, found.by_revenue.effective) == near(
        (
            expected["revenue_weighted"],
            expected["revenue_weighted_se_points"],
            expected["kish_ess_accounts"],
        ),
        tolerance,
    )
    assert found.deciders_by_revenue.points == near(expected["revenue_weighted_decision_maker"], tolerance)
    assert (found.revenue_coverage, found.company_coverage) == near(
        (expected["revenue_coverage"], expected["account_coverage"]), tolerance
    )
    shares = expected["revenue_share_by_decision_maker_category"]
    assert found.revenue_by_decider == near(
        {
            Tier.GOOD: shares["promoter"],
            Tier.MIDDLE: shares["passive"],
            Tier.BAD: shares["detractor"],
            None: shares["silent"],
        },
        tolerance,
    )


@forall(COMPANIES)
def test_numbers_are_within_what_is_possible(companies):
    found = account_nps(companies)

    numbers = [found.all_answers, found.by_mean, found.by_strict_mean, found.company_mean, found.deciders]
    assert all(number is None or -100 <= number <= 100 for number in numbers)
    for weighted in (found.by_revenue, found.deciders_by_revenue):
        if weighted:
            assert -100 - ROUNDING <= weighted.points <= 100 + ROUNDING
            assert 1 - ROUNDING <= weighted.effective <= weighted.companies + ROUNDING
            assert (weighted.error is None) is (weighted.companies == 1)
            if weighted.interval:
                assert -100 <= weighted.interval.low <= weighted.points <= weighted.interval.high <= 100
    for coverage in (found.company_coverage, found.revenue_coverage):
        assert coverage is None or 0 <= coverage <= 1 + ROUNDING
    if found.revenue_by_decider:
        assert sum(found.revenue_by_decider.values()) == near(1, ROUNDING)


@forall(COMPANIES, st.integers(1, 1000))
def test_the_currency_does_not_matter(companies, rate):
    found = account_nps(companies)
    other = account_nps([CompanyAnswers(one.revenue * rate, one.scores, one.decider) for one in companies])

    assert (other.by_revenue is None) is (found.by_revenue is None)
    if found.by_revenue:
        assert other.by_revenue.points == near(found.by_revenue.points, 1e-6)
        assert other.by_revenue.effective == near(found.by_revenue.effective, 1e-6)


def test_revenue_that_is_the_same_everywhere_weighs_nothing():
    found = account_nps([CompanyAnswers(70, [10, 9]), CompanyAnswers(70, [2]), CompanyAnswers(70, [10, 8])])

    assert found.by_revenue.points == pytest.approx(found.company_mean)
    assert found.by_revenue.effective == pytest.approx(3)
    assert found.deciders is found.deciders_by_revenue is None


def test_a_mean_score_is_rounded_up_from_the_half():
    for score, rounded, strict in (([8, 9], 100, 0), ([6, 7], 0, -100), ([8] * 3 + [9] * 2, 0, 0), ([9], 100, 100)):
        found = account_nps([CompanyAnswers(1, score)])

        assert (found.by_mean, found.by_strict_mean) == (rounded, strict)


def test_one_company_has_no_error_and_companies_that_agree_no_interval():
    one = account_nps([CompanyAnswers(5, [10])]).by_revenue
    agreed = account_nps([CompanyAnswers(5, [10]), CompanyAnswers(9, [9])]).by_revenue

    assert (one.error, one.interval) == (None, None)
    assert (agreed.error, agreed.interval) == (0, None)


def test_companies_that_got_money_back_are_heard_but_not_by_revenue():
    found = account_nps([CompanyAnswers(-40, [0], 0), CompanyAnswers(100, [10], 10)])

    assert found.company_mean == 0
    assert found.by_revenue.points == 100
    assert found.by_revenue.companies == 1
    assert found.revenue_by_decider[Tier.BAD] == 0


def test_without_revenue_nothing_is_weighted_by_it():
    found = account_nps([CompanyAnswers(0, [10]), CompanyAnswers(0)])

    assert (found.company_mean, found.company_coverage) == (100, 0.5)
    assert (found.by_revenue, found.revenue_coverage, found.revenue_by_decider) == (None, None, {})


def test_no_companies_have_no_number():
    nobody = account_nps([])

    assert (nobody.all_answers, nobody.by_mean, nobody.by_strict_mean, nobody.company_mean) == (None,) * 4
    assert (nobody.deciders, nobody.by_revenue, nobody.company_coverage, nobody.revenue_coverage) == (None,) * 4


def test_the_interval_by_revenue_is_students():
    found = account_nps([CompanyAnswers(10, [10]), CompanyAnswers(10, [8])] * 5).by_revenue
    reach = 2.262157 * found.error

    assert (found.points, found.error) == near((50, 100 / 6), ROUNDING)
    assert (found.interval.low, found.interval.high) == near((50 - reach, 50 + reach), 1e-4)


BROUGHT = st.lists(st.tuples(st.integers(1, 500), st.sampled_from([-1, -0.5, 0, 0.5, 1])), max_size=8)


@forall(BROUGHT)
def test_the_gap_by_revenue_is_that_of_both_numbers_of_the_same_companies(companies):
    found = revenue_gap(companies)

    if len(companies) < 2:
        assert found is None
        return
    weighted, alike = by_revenue(companies), by_revenue([(1, worth) for _revenue, worth in companies])
    assert found.points == near(weighted.points - alike.points, 1e-6)
    assert found.interval.low <= found.points <= found.interval.high
    assert 0 <= found.p <= 1


def test_companies_that_bring_the_same_have_no_gap():
    found = revenue_gap([(70, 1), (70, -1), (70, 0)])

    assert (found.points, found.interval.low, found.interval.high) == near((0, 0, 0), 1e-9)


def test_a_gap_that_many_large_companies_make_is_told_from_chance():
    found = revenue_gap([(1000, -1)] * 30 + [(10, 1)] * 70)

    assert found.points < -90
    assert found.interval.high < 0


def test_the_interval_of_the_gap_holds_no_gap_in_nineteen_of_twenty_draws():
    draws = random.Random(7)
    misses = 0
    for _draw in range(400):
        companies = [(draws.lognormvariate(0, 0.8), draws.choice([-1, 0, 1, 1])) for _company in range(60)]
        misses += not revenue_gap(companies).interval.holds_zero

    assert misses <= 0.08 * 400


@forall(st.lists(st.builds(CompanyAnswers, st.integers(-50, 500), st.lists(st.integers(1, 5), max_size=4)), max_size=8))
def test_a_csat_of_companies_is_a_share(companies):
    found = account_nps(companies, "csat")

    for number in (found.all_answers, found.by_mean, found.company_mean):
        assert number is None or 0 <= number <= 100
    if found.by_revenue and found.by_revenue.interval:
        assert 0 <= found.by_revenue.interval.low <= found.by_revenue.interval.high <= 100


def test_four_and_five_are_satisfied():
    assert account_nps([CompanyAnswers(1, [4, 5]), CompanyAnswers(3, [3, 1])], "csat").by_revenue.points == 25


@forall(
    st.lists(st.floats(0.01, 1e9), min_size=2, max_size=12),
    st.sampled_from([1 / 3, -1 / 3, 1 / 7, 0.1, 2 / 3, 1.0, 0.0]),
)
def test_companies_that_all_say_the_same_have_no_interval_however_sums_are_rounded(revenues, worth):
    companies = [(revenue, worth) for revenue in revenues]
    gap = revenue_gap(companies)

    assert by_revenue(companies).interval is None
    assert (gap.z, gap.p) == (0, 1)
