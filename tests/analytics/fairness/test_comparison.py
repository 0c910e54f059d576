import random

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps, top_share
from analytics.clusters import STRANGERS, Spread
from analytics.counts import Counts
from analytics.fairness.comparison import compare
from analytics.fairness.funnel import LIMITS, NARROW, WIDE, funnel
from analytics.verdicts import Change
from tests.analytics.vectors import COUNTS

GROUPS = {"Anna": Counts(60, 20, 20), "Bohdan": Counts(55, 25, 20), "Rasa": Counts(10, 20, 70), "New": Counts(3, 0, 0)}


def test_only_the_sure_are_called_better_or_worse_and_only_of_whole_months():
    closed, running = (compare(nps, GROUPS, STRANGERS, is_closed=is_closed) for is_closed in (True, False))

    assert {name: row.standing for name, row in closed.rows.items()} == {
        "Anna": Change.UP,
        "Bohdan": Change.UP,
        "Rasa": Change.DOWN,
        "New": Change.TOO_FEW,
    }
    assert {row.standing for row in running.rows.values()} == {Change.OPEN, Change.TOO_FEW}


def test_few_answers_are_drawn_far_towards_all_together():
    found = compare(nps, GROUPS, STRANGERS, is_closed=True)

    assert found.rows["New"].shrunk.points < found.ranking.total + 40
    assert found.rows["New"].is_shown is False


def test_of_many_who_are_alike_nearly_nobody_is_called_better_or_worse():
    dice, named = random.Random(8), 0
    for _page in range(20):
        groups = {}
        for number in range(100):
            drawn = dice.choices((0, 1, 2), (58, 29, 13), k=200)
            groups[number] = Counts(*(drawn.count(tier) for tier in (0, 1, 2)))
        found = compare(nps, groups, STRANGERS, is_closed=True)
        named += any(row.standing in (Change.UP, Change.DOWN) for row in found.rows.values())

    assert named <= 4


def test_answers_that_hang_together_tell_less():
    loose, tight = (compare(nps, GROUPS, spread, is_closed=True).rows["Rasa"] for spread in (STRANGERS, Spread(8, 40)))

    assert tight.shrunk.error > loose.shrunk.error
    assert tight.shrunk.chance_above > loose.shrunk.chance_above
    assert compare(nps, GROUPS, Spread(1, 0), is_closed=True).rows["Rasa"].standing is Change.OPEN


def test_shares_stay_on_their_scale():
    found = compare(
        top_share, {"a": Counts(99, 0, 1), "b": Counts(80, 0, 20), "c": Counts(5, 0, 0)}, STRANGERS, is_closed=True
    )

    assert all(0 <= row.shrunk.interval.low <= row.shrunk.interval.high <= 100 for row in found.rows.values())
    assert found.ranking.total == pytest.approx(100 * 184 / 205)


def test_nobody_is_compared_with_nobody():
    assert compare(nps, {}, STRANGERS, is_closed=True) is None
    assert compare(nps, {"a": Counts()}, STRANGERS, is_closed=True) is None


@forall(st.lists(COUNTS, min_size=1, max_size=9), st.sampled_from([WIDE, NARROW]))
def test_everything_of_a_funnel_lies_on_its_sheet(groups, sheet):
    found = funnel(nps, groups, [("one", groups[0])], 1.0, sheet)

    if not any(group.n >= 5 for group in groups):
        assert found is None
        return
    assert len(found.limits) == 2 * len(LIMITS)
    for line in found.limits:
        for point in line.split():
            x, y = map(float, point.split(","))
            assert sheet.left <= x <= sheet.width - sheet.right
            assert sheet.top - 0.1 <= y <= found.floor + 0.1
    for dot in found.dots:
        assert sheet.left <= dot.x <= sheet.width - sheet.right
    assert found.others.count("M") == sum(group.n >= 5 for group in groups)


def test_the_limits_of_a_funnel_narrow_with_more_answers():
    found = funnel(nps, [Counts(10, 5, 5), Counts(500, 250, 250)], [], 1.0, WIDE)
    lower, upper = ([float(point.split(",")[1]) for point in line.split()] for line in found.limits[:2])

    assert lower[0] - upper[0] > 4 * (lower[-1] - upper[-1])
