from itertools import pairwise

from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.money.bands import LADDER, MOST_BANDS, AmountBand, bands

STEPS = st.lists(st.integers(0, 50), min_size=len(LADDER) + 1, max_size=len(LADDER) + 1)


def held(by_step, band):
    """How many lie within a band, each step taken by its lower end."""
    ends = [-1, *LADDER]
    low, high = band.low if band.low is not None else -1, band.high if band.high is not None else ends[-1] + 1
    return sum(number for end, number in zip(ends, by_step, strict=True) if low <= end < high)


@forall(STEPS)
def test_bands_follow_each_other_and_hold_every_amount_once(by_step):
    found = bands(by_step)

    if not sum(by_step):
        assert found == []
        return
    assert (found[0].low, found[-1].high) == (None, None)
    assert all(one.high == other.low for one, other in pairwise(found))
    assert sum(held(by_step, band) for band in found) == sum(by_step)


@forall(STEPS)
def test_there_are_five_at_most_and_none_is_empty(by_step):
    found, total = bands(by_step), sum(by_step)

    assert len(found) <= MOST_BANDS
    assert all(held(by_step, band) for band in found)
    assert all(held(by_step, band) * MOST_BANDS >= total for band in found[:-1])


def test_one_amount_is_one_band_without_ends():
    by_step = [0] * (len(LADDER) + 1)
    by_step[7] = 3

    assert bands(by_step) == [AmountBand(None, None)]


def test_a_band_ends_where_a_fifth_is_reached():
    by_step = [0] * (len(LADDER) + 1)
    by_step[0], by_step[7], by_step[8], by_step[9] = 1, 4, 10, 5

    assert bands(by_step) == [AmountBand(None, 200), AmountBand(200, 500), AmountBand(500, None)]
