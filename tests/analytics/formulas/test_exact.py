from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.formulas.exact import chance_of_at_least


def test_the_lady_who_tasted_tea():
    """Fisher's own example: three of four cups with the milk first, of eight of which four had it first."""
    assert chance_of_at_least(3, 4, 4, 8) == pytest.approx(17 / 70)
    assert chance_of_at_least(4, 4, 4, 8) == pytest.approx(1 / 70)


@given(st.data())
def test_it_is_the_share_of_all_ways_to_draw(data):
    of_all = data.draw(st.integers(0, 60))
    of, part_of_all = data.draw(st.integers(0, of_all)), data.draw(st.integers(0, of_all))
    part = data.draw(st.integers(0, min(of, part_of_all)))

    ways = sum(
        comb(part_of_all, marked) * comb(of_all - part_of_all, of - marked)
        for marked in range(part, min(of, part_of_all) + 1)
    )

    assert chance_of_at_least(part, of, part_of_all, of_all) == pytest.approx(ways / comb(of_all, of), rel=1e-9)


def test_large_numbers_keep_their_digits():
    small = chance_of_at_least(700, 5_000, 100_000, 1_000_000)
    half = chance_of_at_least(500, 5_000, 100_000, 1_000_000)

    assert 0 < small < 1e-15
    assert half == pytest.approx(0.5, abs=0.02)


def test_what_must_be_surprises_nobody():
    assert chance_of_at_least(0, 0, 0, 0) == 1
    assert chance_of_at_least(0, 10, 3, 20) == 1
    assert chance_of_at_least(7, 17, 10, 20) == 1


@pytest.mark.parametrize("counts", [(-1, 4, 4, 8), (5, 4, 5, 8), (3, 4, 2, 8), (1, 9, 4, 8), (1, 4, 9, 8)])
def test_counts_that_cannot_be_are_refused(counts):
    with pytest.raises(ValueError, match="a part of the drawn"):
        chance_of_at_least(*counts)
