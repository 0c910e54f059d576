from decimal import Decimal
from math import atanh, sqrt, tanh

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.formulas.association import medians, spearman
from surveys.metrics import SCALES, Tier
from tests.analytics.vectors import ROUNDING, cases, ends, near

PAIRS = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 30)), max_size=30)


@cases("spearman_value")
def test_correlation_and_medians_agree_with_the_reference(given, expected, tolerance):
    rows = list(zip(given["score"], given["value"], strict=True))

    found = spearman(rows)
    usual = medians((SCALES["nps"].tier_of(score), value) for score, value in rows)

    assert found.n == len(rows)
    assert found.rho == near(expected["rho"], tolerance)
    assert ends(found.interval) == near(expected["ci95"], tolerance)
    assert [usual[tier] for tier in (Tier.GOOD, Tier.MIDDLE, Tier.BAD)] == near(
        [expected[f"median_value_{name}"] for name in ("promoter", "passive", "detractor")], tolerance
    )


@forall(PAIRS)
def test_a_correlation_lies_within_its_interval_and_what_is_possible(pairs):
    found = spearman(pairs)

    if len({score for score, _value in pairs}) < 2 or len({value for _score, value in pairs}) < 2:
        assert found is None
        return
    assert -1 - ROUNDING <= found.rho <= 1 + ROUNDING
    if len(pairs) < 4:
        assert found.interval is None
    else:
        assert -1 - ROUNDING <= found.interval.low <= found.rho <= found.interval.high <= 1 + ROUNDING
        assert found.interval.low < found.interval.high


@forall(PAIRS)
def test_sides_may_change_places_and_only_the_order_counts(pairs):
    found = spearman(pairs)

    if found:
        assert spearman([(value, score) for score, value in pairs]) == found
        assert spearman([(score, Decimal(value) ** 3) for score, value in pairs]) == found
        mirrored = spearman([(score, -value) for score, value in pairs])
        assert mirrored.rho == near(-found.rho, ROUNDING)
        if found.interval:
            assert ends(mirrored.interval) == near([-found.interval.high, -found.interval.low], ROUNDING)


@forall(PAIRS)
def test_the_chance_is_small_where_the_interval_leaves_out_nothing(pairs):
    found = spearman(pairs)

    if found and found.interval:
        assert 0 <= found.chance <= 1
        if abs(found.rho) < 0.99:
            assert (found.chance < 0.05) is not found.interval.holds_zero
    elif found:
        assert found.chance == 1


def test_ranks_that_agree_throughout_are_not_certain():
    found = spearman([(n, n) for n in range(10)])

    assert found.rho == found.interval.high == 1
    assert found.interval.low == near(tanh(atanh(1 - 12 / 990) - 1.959963984540054 * 1.06 / sqrt(7)), ROUNDING)


@pytest.mark.parametrize("pairs", [[], [(9, 100)], [(9, 100), (9, 200)], [(9, 100), (5, 100)]])
def test_nothing_to_order_has_no_correlation(pairs):
    assert spearman(pairs) is None


def test_the_median_of_amounts_is_an_amount():
    assert medians([("a", Decimal("1.10")), ("a", Decimal("2.20")), ("b", Decimal(5))]) == {
        "a": Decimal("1.65"),
        "b": Decimal(5),
    }
    assert medians([]) == {}
