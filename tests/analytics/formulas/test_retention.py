import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.formulas.retention import Retained, Revenue, customer_retention, retention_gap
from surveys.metrics import Tier
from tests.analytics.vectors import ROUNDING, cases, ends, near

TIERS = {"promoter": Tier.GOOD, "passive": Tier.MIDDLE, "detractor": Tier.BAD}
AMOUNTS = st.integers(-1000, 1000)
RETAINED = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda both: Retained(min(both), max(both)))


@cases("retention_growth")
def test_retention_and_growth_agree_with_the_reference(given, expected, tolerance):
    found = Revenue(
        start=given["start_revenue"],
        expansion=given["expansion"],
        churn=given["churn"],
        contraction=given["contraction"],
        earned=given["earned_new"],
        bought=given["bought_new"],
    )

    assert customer_retention(given["S"], given["E"], given["N"]) == near(expected["CRR"], tolerance)
    assert (found.net_retention, found.gross_retention) == near((expected["NRR"], expected["GRR"]), tolerance)
    assert (found.earned_new, found.bought_new) == near((expected["ENC"], expected["bought"]), tolerance)
    assert (found.earned_growth, found.total_growth) == near((expected["EGR"], expected["total_growth"]), tolerance)
    assert found.earned_ratio == near(expected["earned_growth_ratio"], tolerance)


@cases("retention_by_category")
def test_rates_by_kind_of_answer_agree_with_the_reference(given, expected, tolerance):
    by_tier = {TIERS[name]: Retained(*pair) for name, pair in given["retained_total"].items()}

    gap = retention_gap(by_tier)

    for name, tier in TIERS.items():
        assert by_tier[tier].rate == near(expected["rates"][name], tolerance)
        assert ends(by_tier[tier].interval) == near(expected["wilson"][name], tolerance)
    assert gap.points == near(expected["diff_points"], tolerance)
    assert ends(gap.interval) == near(expected["newcombe95"], tolerance)


@forall(st.integers(1, 1000), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_parts_of_growth_add_up(start, expansion, churn, contraction, earned, bought):
    found = Revenue(start, expansion, churn, contraction, earned, bought)

    assert found.gross_retention + expansion / start == near(found.net_retention, 1e-6)
    assert found.net_retention + found.earned_new - 1 == near(found.earned_growth, 1e-6)
    assert found.earned_growth + found.bought_new == near(found.total_growth, 1e-6)
    if found.earned_ratio is None:
        assert found.total_growth == 0
    else:
        assert found.earned_ratio * found.total_growth == near(found.earned_growth, 1e-6)


@pytest.mark.parametrize("start", [0, -50])
def test_nothing_to_start_from_has_no_share(start):
    found = Revenue(start, expansion=5, earned=9)

    assert (found.net_retention, found.gross_retention, found.earned_new, found.bought_new) == (None,) * 4
    assert (found.earned_growth, found.total_growth, found.earned_ratio) == (None,) * 3


@forall(st.integers(0, 90), st.integers(0, 90), st.integers(0, 90))
def test_customers_who_stayed_are_a_share_or_a_contradiction(start, end, new):
    found = customer_retention(start, end, new)

    assert found is None or 0 <= found <= 1
    assert (found is None) is (start == 0 or new > end or end - new > start)


@forall(RETAINED, RETAINED)
def test_a_gap_is_within_what_is_possible_and_changes_its_sign_with_the_sides(promoters, detractors):
    found = retention_gap({Tier.GOOD: promoters, Tier.BAD: detractors})
    mirrored = retention_gap({Tier.GOOD: detractors, Tier.BAD: promoters})

    if not promoters.total or not detractors.total:
        assert found is mirrored is None
    else:
        assert -100 - ROUNDING <= found.interval.low <= found.points + ROUNDING
        assert found.points - ROUNDING <= found.interval.high <= 100 + ROUNDING
        assert ends(mirrored.interval) == near([-found.interval.high, -found.interval.low], ROUNDING)


def test_of_nobody_nobody_stayed():
    assert Retained(0, 0).rate is Retained(0, 0).interval is None
    assert retention_gap({}) is None
    assert retention_gap({Tier.GOOD: Retained(5, 9)}) is None


def test_where_nothing_happened_all_stayed():
    found = Revenue(100)

    assert (found.net_retention, found.gross_retention, found.earned_growth, found.total_growth) == (1, 1, 0, 0)
    assert customer_retention(1, 1, 0) == 1
    assert customer_retention(1, 1, 1) == 0
