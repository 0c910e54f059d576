import random

import pytest

from analytics import nps, top_share, verdicts
from analytics.clusters import Spread
from analytics.counts import Counts
from analytics.spread import Answers
from analytics.verdicts import Change, RowVerdict
from tests.analytics.drawn import page

APART = (Change.UP, Change.DOWN)


def pair(now, before):
    """Answers of strangers, now and before."""
    return Answers(now), Answers(before)


def headline(now, before):
    return verdicts.judge(nps, pair(now, before), []).number


def standings(groups):
    (rows,) = verdicts.judge(nps, verdicts.NOTHING, [[pair(group, Counts()) for group in groups]]).rows
    return [row.standing for row in rows]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (Counts(300, 150, 50), Counts(260, 160, 80), Change.UP),
        (Counts(260, 160, 80), Counts(300, 150, 50), Change.DOWN),
        (Counts(60, 25, 15), Counts(50, 25, 25), Change.UNCLEAR),
        (Counts(30, 0, 0), Counts(0, 0, 30), Change.UP),
        (Counts(29, 0, 0), Counts(0, 0, 1000), Change.TOO_FEW),
        (Counts(0, 0, 1000), Counts(29, 0, 0), Change.TOO_FEW),
        (Counts(), Counts(), Change.TOO_FEW),
    ],
)
def test_a_direction_is_told_only_when_it_is_real(now, before, expected):
    assert headline(now, before) is expected


def test_a_direction_of_a_share_is_told_by_its_own_arithmetic():
    both = pair(Counts(90, 0, 10), Counts(60, 0, 40))

    assert verdicts.judge(top_share, both, []).number is Change.UP


def test_no_row_gets_a_direction_whose_interval_holds_zero():
    # The only comparison of its page: its rate of false discoveries is its p of 0.076.
    ((row,),) = verdicts.judge(nps, verdicts.NOTHING, [[pair(Counts(60, 25, 15), Counts(50, 25, 25))]]).rows

    assert row.change is Change.UNCLEAR


def test_many_comparisons_ask_more_of_each():
    real = pair(Counts(60, 25, 15), Counts(45, 25, 30))
    nothing = pair(Counts(50, 30, 20), Counts(50, 30, 20))

    alone = verdicts.judge(nps, verdicts.NOTHING, [[real]]).rows[0][0].change
    among_many = verdicts.judge(nps, verdicts.NOTHING, [[real], [nothing] * 30]).rows[0][0].change

    assert (alone, among_many) == (Change.UP, Change.UNCLEAR)


def test_twenty_alike_managers_are_all_left_in_peace():
    alike = [Counts(50 + wobble % 4, 30, 20 - wobble % 4) for wobble in range(20)]

    assert set(standings(alike)) == {Change.UNCLEAR}


def test_one_bad_manager_among_twenty_stands_out():
    groups = [Counts(50, 30, 20)] * 19 + [Counts(20, 30, 50)]

    assert standings(groups) == [Change.UNCLEAR] * 19 + [Change.DOWN]


def test_nobody_stands_above_a_rest_only_because_a_bad_one_is_in_it():
    groups = [Counts(500, 300, 200)] * 3 + [Counts(100, 100, 800)]

    assert standings(groups) == [Change.UNCLEAR] * 3 + [Change.DOWN]


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_of_three_rows_the_bad_one_is_told_wherever_it_stands_and_both_others_are_left_in_peace(bad):
    groups = [Counts(500, 300, 200)] * 3
    groups[bad] = Counts(100, 100, 800)

    assert [place for place, standing in enumerate(standings(groups)) if standing is Change.DOWN] == [bad]
    assert standings(groups).count(Change.UNCLEAR) == 2


def test_a_bad_one_that_is_larger_than_all_others_together_is_compared_with_them():
    groups = [Counts(100, 60, 40)] * 3 + [Counts(100, 300, 1600)]

    assert standings(groups) == [Change.UNCLEAR] * 3 + [Change.DOWN]


def test_three_alike_rows_are_left_in_peace():
    assert standings([Counts(50, 30, 20)] * 3) == [Change.UNCLEAR] * 3


def test_a_headline_that_is_looked_at_every_month_asks_more_than_a_row():
    both = pair(Counts(60, 25, 15), Counts(47, 25, 28))
    chance = nps.difference(*(one.counts for one in both)).p

    found = verdicts.judge(nps, both, [[both]])

    assert verdicts.HEADLINE_CHANCES[0] < chance < verdicts.FALSE_DISCOVERIES
    assert (found.number, found.rows[0][0].change) == (Change.UNCLEAR, Change.UP)
    assert headline(Counts(29, 0, 0), Counts(50, 30, 20)) is Change.TOO_FEW


def test_a_rate_is_one_of_the_comparisons_and_asks_more_than_the_number():
    rate = pair(Counts(120, 0, 280), Counts(90, 0, 310))
    chance = top_share.difference(*(one.counts for one in rate)).p

    found = verdicts.judge(nps, verdicts.NOTHING, [], rate)

    assert verdicts.HEADLINE_CHANCES[1] < chance < verdicts.FALSE_DISCOVERIES
    assert (found.number, found.rate, found.comparisons) == (Change.TOO_FEW, Change.UNCLEAR, 1)
    assert verdicts.judge(nps, verdicts.NOTHING, [], (Answers(Counts(160, 0, 240)), rate[1])).rate is Change.UP


def test_rows_in_the_middle_are_judged_as_if_they_were_looked_at_each_time(monkeypatch):
    dice = random.Random(13)
    groups = [Counts(50 + dice.randrange(20), 29, 13) for _ in range(400)]
    for place in range(0, 400, 30):
        groups[place] = Counts(20, 30, 60 + place)
    sparing = standings(groups)

    monkeypatch.setattr(verdicts, "LITTLE", 0)

    assert sparing == standings(groups)
    assert sparing.count(Change.DOWN) == 14


def test_a_row_that_stood_in_the_middle_is_looked_at_once_more_in_the_end():
    groups = [Counts(60, 20, 20)] * 400 + [Counts(0, 0, 180)] * 10
    # One standard error below the rest with the bad ones in it, four below the rest without them.
    groups.append(Counts(1100, 440, 460))

    found = standings(groups)

    assert abs(nps.difference(groups[-1], sum(groups[:-1], Counts())).z) < verdicts.MIDDLE
    assert found[-11:] == [Change.DOWN] * 11


def test_a_page_on_which_nothing_may_be_concluded_says_so_of_every_row():
    both = pair(Counts(80, 10, 10), Counts(10, 10, 80))

    found = verdicts.undecided([[both, both], [both]])

    assert (found.number, found.rate) == (Change.OPEN, Change.OPEN)
    assert found.rows == [[RowVerdict(Change.OPEN, Change.OPEN)] * 2, [RowVerdict(Change.OPEN, Change.OPEN)]]


def test_answers_that_hang_together_are_told_less_surely():
    loose = pair(Counts(60, 25, 15), Counts(40, 25, 35))
    tight = tuple(Answers(one.counts, Spread(4.0, 40)) for one in loose)

    assert [verdicts.judge(nps, verdicts.NOTHING, [[both]]).rows[0][0].change for both in (loose, tight)] == [
        Change.UP,
        Change.UNCLEAR,
    ]
    assert [verdicts.judge(nps, both, []).number for both in (loose, tight)] == [Change.UP, Change.UNCLEAR]


def test_a_row_that_seems_less_alike_by_chance_is_judged_as_the_rows_of_its_table():
    lucky = tuple(Answers(one, Spread(0.2, 40)) for one in (Counts(60, 25, 15), Counts(40, 25, 35)))
    others = tuple(Answers(Counts(500, 250, 250), Spread(4.0, 400)) for _period in ("now", "before"))

    alone, among_others = (
        verdicts.judge(nps, verdicts.NOTHING, [[lucky, *more]]).rows[0][0].change for more in ([], [others])
    )

    assert (alone, among_others) == (Change.UP, Change.UNCLEAR)


def test_the_rest_of_a_row_hangs_together_as_all_answers_do():
    rows = [[pair(Counts(350, 100, 50), Counts())] + [pair(Counts(25, 13, 12), Counts())] * 6]
    together = [(Answers(Counts(500, 178, 122), spread), Answers()) for spread in (Spread(), Spread(30.0, 500))]

    found = [verdicts.judge(nps, all_answers, rows).rows[0][0].standing for all_answers in together]

    assert found == [Change.UP, Change.UNCLEAR]


def test_of_two_rows_both_are_told():
    assert standings([Counts(80, 10, 10), Counts(10, 10, 80)]) == [Change.UP, Change.DOWN]


def test_groups_with_few_answers_are_neither_best_nor_worst():
    assert standings([Counts(0, 0, 29), Counts(100, 0, 0), Counts(100, 0, 0)])[0] is Change.TOO_FEW


def test_a_group_without_a_rest_is_not_compared():
    assert standings([Counts(50, 30, 20)]) == [Change.TOO_FEW]


def labelled(row):
    return row.change in APART or row.standing in APART


@pytest.mark.parametrize(("answers", "most"), [(1600, 0.10), (180, 0.08)])
def test_pages_on_which_nothing_differs_rarely_carry_a_label(answers, most):
    dice, pages = random.Random(11), 200
    found = [page(dice, answers) for _ in range(pages)]

    false = sum(
        each.number in APART or each.rate in APART or any(labelled(row) for rows in each.rows for row in rows)
        for each in found
    )

    # Three standard errors of so few pages are allowed for; `bench/verdicts.py` draws enough of them.
    assert false / pages <= most + 3 * (most * (1 - most) / pages) ** 0.5


def test_a_bad_manager_is_found_and_innocent_ones_are_left_in_peace():
    dice, pages = random.Random(12), 100
    found = [page(dice, 1600, bad=2).rows[0] for _ in range(pages)]

    assert sum(rows[2].standing is Change.DOWN for rows in found) >= 95
    assert sum(any(labelled(row) for place, row in enumerate(rows) if place != 2) for rows in found) <= 19
