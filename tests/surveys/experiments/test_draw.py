from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.experiments.draw import place

KEYS = st.text("0123456789abcdef", min_size=32, max_size=32)
SHARES = st.lists(st.integers(0, 99), min_size=2, max_size=4).filter(any)


@given(KEYS, st.integers(1, 2**62), SHARES)
def test_a_contact_gets_the_same_arm_each_time_and_never_one_without_a_share(key, contact, shares):
    drawn = place(key, contact, shares)

    assert drawn == place(key, contact, list(shares))
    assert shares[drawn] > 0


@pytest.mark.parametrize("shares", [[50, 50], [90, 10], [20, 30, 50], [25, 25, 25, 25], [1, 99]])
def test_the_arms_are_as_large_as_their_shares(shares):
    people = 20_000
    drawn = Counter(place("0f" * 16, contact, shares) for contact in range(1, people + 1))

    for index, share in enumerate(shares):
        expected = people * share / 100
        assert abs(drawn[index] - expected) < 4 * (expected * (1 - share / 100)) ** 0.5


def test_the_arms_of_one_experiment_say_nothing_of_those_of_another():
    people = 10_000
    both = Counter(
        (place("a" * 32, contact, [50, 50]), place("b" * 32, contact, [50, 50])) for contact in range(people)
    )

    assert all(abs(number - people / 4) < 200 for number in both.values())
    assert len(both) == 4


@given(KEYS, st.integers(1, 2**62), st.integers(1, 98))
def test_a_share_that_grows_takes_contacts_and_loses_none(key, contact, share):
    if place(key, contact, [share, 100 - share]) == 0:
        assert place(key, contact, [share + 1, 99 - share]) == 0


@pytest.mark.parametrize("shares", [[0, 0], [-1, 2], [-1, -1]])
def test_impossible_shares_are_refused(shares):
    with pytest.raises(ValueError, match="shares are not below 0"):
        place("a" * 32, 1, shares)
