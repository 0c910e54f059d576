"""How often an interval holds the truth, by simulation. `bench/verdicts.py` draws more."""

import random

import pytest

from tests.analytics.drawn import covering, page
from tests.analytics.test_verdicts import APART, labelled


@pytest.mark.parametrize(("is_even", "most_of_strangers"), [(True, 0.89), (False, 0.85)])
def test_an_interval_over_accounts_holds_the_truth_where_that_of_strangers_misses_it(is_even, most_of_strangers):
    printed, alone = covering(random.Random(3), 400, accounts=50, answers=200, icc=0.3, is_even=is_even)

    assert printed >= 0.92
    assert alone <= most_of_strangers


def test_answers_that_are_no_more_alike_than_others_cost_little():
    printed, alone = covering(random.Random(4), 400, accounts=50, answers=200, icc=0)

    assert 0.92 <= alone <= printed <= 0.985


def test_pages_of_accounts_that_agree_with_themselves_rarely_carry_a_label():
    dice, pages = random.Random(13), 100
    found = [page(dice, 800, icc=0.3, per_account=3.4) for _ in range(pages)]

    false = sum(each.number in APART or any(labelled(row) for rows in each.rows for row in rows) for each in found)

    # Three standard errors of so few pages are allowed for.
    assert false / pages <= 0.10 + 3 * (0.10 * 0.90 / pages) ** 0.5
