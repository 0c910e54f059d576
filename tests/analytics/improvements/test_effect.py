"""Whether something moved, against numbers worked out by hand."""

from datetime import date

import pytest

from analytics import nps
from analytics.clusters import Spread
from analytics.counts import Counts
from analytics.improvements import effect
from analytics.improvements.effect import BeforeAndAfter, Windows
from analytics.spread import Answers
from analytics.verdicts import Change

CALM = Answers(Counts(good=50, middle=20, bad=30))


def side(named, n, spread=None):
    return Answers(Counts(good=named, bad=n - named), *([spread] if spread else []))


def share(before, after, *, is_running=False):
    calm = BeforeAndAfter(nps, CALM, CALM)
    return effect.measure([BeforeAndAfter.of_shares(before, after), calm], is_running=is_running)[0]


def test_a_share_that_halved_is_lower_by_newcombe_s_interval():
    # Wilson of 20/100: 13.34 … 28.88; of 40/100: 30.94 … 49.80.
    # −20 − √((20 − 13.34)² + (49.80 − 40)²) = −31.85; −20 + √((28.88 − 20)² + (40 − 30.94)²) = −7.31.
    told = share(side(40, 100), side(20, 100))

    assert told.difference.points == -20
    assert told.difference.z == pytest.approx(-0.2 / (0.3 * 0.7 * 0.02) ** 0.5)
    assert (told.interval.low, told.interval.high) == pytest.approx((-31.85, -7.31), abs=0.01)
    assert told.change is Change.DOWN


def test_while_the_days_run_the_same_is_not_enough():
    # 1.6 times as far: −20 − 1.6 · 11.85 = −38.96; −20 + 1.6 · 12.69 = 0.30.
    told = share(side(40, 100), side(20, 100), is_running=True)

    assert (told.interval.low, told.interval.high) == pytest.approx((-38.96, 0.30), abs=0.01)
    assert told.change is Change.UNCLEAR


def test_of_fewer_than_thirty_nothing_is_said_and_of_fewer_than_five_nothing_is_shown():
    few, hardly_any = share(side(40, 100), side(0, 29)), share(side(40, 100), side(0, 4))

    assert (few.change, few.is_shown) == (Change.TOO_FEW, True)
    assert (hardly_any.change, hardly_any.is_shown, hardly_any.difference) == (Change.TOO_FEW, False, None)


def test_how_many_answers_show_that_a_share_halved():
    # 40 % to 20 %: (1.96 + 0.8416)² · (0.16 + 0.24) / 0.2² = 78.5, three of which are added ones.
    assert effect.answers_needed(side(40, 100)) == 76
    assert effect.answers_needed(side(0, 100)) == 30
    assert effect.answers_needed(side(100, 100)) == 30


def test_answers_of_few_accounts_tell_less():
    told = share(side(40, 100), side(20, 100, spread=Spread(design_effect=6.0, freedom=9)))

    assert told.change is Change.UNCLEAR
    assert told.interval.high > 0


def test_the_number_moves_by_its_own_arithmetic():
    before, after = Answers(Counts(good=40, middle=20, bad=40)), Answers(Counts(good=60, middle=20, bad=20))

    (number,) = effect.measure([BeforeAndAfter(nps, before, after)], is_running=False)

    assert number.difference.points == 40
    assert (number.interval, number.change) == (nps.difference(after.counts, before.counts).interval, Change.UP)


def test_chance_alone_is_no_movement():
    told = effect.measure([BeforeAndAfter.of_shares(side(40, 100), side(36, 100))], is_running=False)

    assert [each.change for each in told] == [Change.UNCLEAR]


@pytest.mark.parametrize(
    ("today", "days", "is_running"),
    [
        (date(2026, 7, 1), 0, True),
        (date(2026, 7, 11), 10, True),
        (date(2026, 9, 29), 90, False),
        (date(2027, 1, 1), 90, False),
    ],
)
def test_the_windows_are_ninety_days_before_and_at_most_as_many_after(today, days, is_running):
    windows = Windows.around(date(2026, 7, 1), today)

    assert (windows.before.start, windows.before.end) == (date(2026, 4, 2), date(2026, 7, 1))
    assert (windows.after.start, windows.after.days, windows.is_running) == (date(2026, 7, 1), days, is_running)
