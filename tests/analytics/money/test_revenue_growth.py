import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.formulas.retention import Revenue
from analytics.money.revenue_growth import AccountGrowth, summed
from tests.analytics.vectors import near

AMOUNTS = st.integers(-500, 2000).map(float)
ACCOUNTS = st.lists(
    st.tuples(AMOUNTS, AMOUNTS, st.booleans(), st.booleans()).map(lambda told: AccountGrowth(*told)), max_size=12
)


@forall(ACCOUNTS)
def test_everything_that_was_bought_is_told(accounts):
    revenue = summed(accounts).revenue

    told = revenue.start + revenue.expansion - revenue.contraction - revenue.churn + revenue.earned + revenue.bought
    assert told == near(sum(one.now for one in accounts), 1e-6)
    if revenue.start:
        assert revenue.start * (1 + revenue.total_growth) == near(told, 1e-6)


@forall(ACCOUNTS)
def test_no_loss_is_a_gain_and_customers_are_counted_once(accounts):
    sums = summed(accounts)

    assert min(sums.revenue.start, sums.revenue.expansion, sums.revenue.contraction, sums.revenue.churn) >= 0
    assert sums.kept <= sums.at_start
    assert sums.new + sums.returned == sum(1 for one in accounts if one.before <= 0 and one.now)
    assert sums.customers_kept is None or 0 <= sums.customers_kept <= 1


@forall(ACCOUNTS)
def test_nobody_who_was_known_is_earned(accounts):
    without = summed(one._replace(is_recommended=False) for one in accounts)
    known = summed(one._replace(is_known=True) for one in accounts)

    assert (without.revenue.earned, known.revenue.earned, known.new) == (0, 0, 0)


@forall(ACCOUNTS)
def test_accounts_of_one_kind_may_be_told_together(accounts):
    kinds = {}
    for one in accounts:
        now = (one.now > 0) - (one.now < 0)
        kinds.setdefault((one.before > 0, now, one.now >= one.before, *one[2:4]), []).append(one)
    together = [
        AccountGrowth(sum(one.before for one in same), sum(one.now for one in same), *same[0][2:4], len(same))
        for same in kinds.values()
    ]

    assert summed(together) == summed(accounts)


def test_the_reference_comes_out_of_its_accounts():
    """1,000,000 at the start, 120,000 more, 90,000 lost, 40,000 less, 110,000 by recommendation, 60,000 otherwise."""
    sums = summed(
        [
            AccountGrowth(700_000, 820_000),
            AccountGrowth(210_000, 170_000),
            AccountGrowth(90_000, 0),
            AccountGrowth(0, 110_000, is_known=False, is_recommended=True),
            AccountGrowth(0, 50_000, is_known=False),
            AccountGrowth(0, 10_000, is_recommended=True),
        ]
    )

    assert sums.revenue == Revenue(1_000_000, 120_000, 90_000, 40_000, 110_000, 60_000)
    assert sums.revenue.net_retention == pytest.approx(0.99)
    assert sums.revenue.earned_growth == pytest.approx(0.10)
    assert (sums.at_start, sums.kept, sums.new, sums.returned, sums.returned_revenue) == (3, 2, 2, 1, 10_000)
    assert sums.customers_kept == pytest.approx(2 / 3)


def test_credits_are_no_start_and_take_more_than_there_was():
    sums = summed([AccountGrowth(-100, 300), AccountGrowth(200, -50), AccountGrowth(0, 0)])

    assert sums.revenue == Revenue(200, 0, 250, 0, 0, 300)
    assert (sums.at_start, sums.kept, sums.returned) == (1, 0, 1)


def test_of_nobody_nothing_is_told():
    sums = summed([])

    assert (sums.revenue.net_retention, sums.customers_kept, sums.new) == (None, None, 0)
