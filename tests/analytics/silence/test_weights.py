from math import inf

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps, top_share
from analytics.clusters import STRANGERS, Spread
from analytics.counts import Counts
from analytics.formulas.sample_weights import LEAST_ANSWERS
from analytics.silence.asked import Asked
from analytics.silence.weights import OTHERS, Merged, by_trait, by_two, interval, silent_like
from analytics.spread import Answers
from tests.analytics.vectors import COUNTS, ROUNDING, near

ASKED = st.builds(lambda answers, silent: Asked(answers.n + silent, answers), COUNTS, st.integers(0, 400))
CELLS = st.dictionaries(st.sampled_from("abcdef"), ASKED, min_size=1)
CROSSED = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), ASKED, min_size=1)
ARITHMETICS = st.sampled_from([nps, top_share])
SPREADS = st.one_of(st.just(STRANGERS), st.builds(Spread, st.floats(0.5, 4), st.floats(1, 90)), st.just(Spread(1, 0)))


def test_segments_count_as_they_were_asked_and_not_as_they_answered():
    # The small answer twice as often, and are happier.
    cells = {"small": Asked(100, Counts(40, 0, 0)), "large": Asked(100, Counts(5, 10, 5))}

    found = by_trait(cells, nps)

    assert found.plain == pytest.approx(100 * 40 / 60)
    assert found.points == pytest.approx(50)
    assert found.weights == {"small": pytest.approx(0.75), "large": pytest.approx(1.5)}
    assert found.effective == pytest.approx(60**2 / (40 * 0.75**2 + 20 * 1.5**2))


def test_segments_of_few_answers_are_put_together_until_they_are_ten():
    cells = {
        "a": Asked(50, Counts(30)),
        "b": Asked(40, Counts(12)),
        "c": Asked(30, Counts(4)),
        "d": Asked(20, Counts()),
    }

    merged = Merged(cells)

    assert merged.cells == {"a": Asked(50, Counts(30)), OTHERS: Asked(90, Counts(16))}
    assert [merged.of(key) for key in "abcd"] == ["a", OTHERS, OTHERS, OTHERS]


@forall(CELLS)
def test_putting_together_loses_nobody_and_leaves_ten_answers_everywhere(cells):
    merged = Merged(cells)

    assert sum(merged.cells.values(), Asked()) == sum(cells.values(), Asked())
    assert len(merged.cells) == 1 or all(asked.answers.n >= LEAST_ANSWERS for asked in merged.cells.values())


def test_one_segment_weighs_nothing():
    assert by_trait({"a": Asked(50, Counts(30, 5, 5))}, nps) is None
    assert by_trait({"a": Asked(50, Counts(30, 5, 5)), "b": Asked(9, Counts(3))}, nps) is None
    assert by_trait({}, nps) is None


@forall(CELLS, ARITHMETICS, SPREADS)
def test_a_weighted_number_stays_within_its_segments_and_its_interval_on_the_scale(cells, arithmetic, hanging):
    found = by_trait(cells, arithmetic)
    if found is None:
        return
    answers = Answers(sum((asked.answers for asked in cells.values()), Counts()), hanging)
    between = interval(found, answers)
    numbers = [arithmetic.value(asked.answers) for asked in cells.values() if asked.answers.n]

    assert min(numbers) - ROUNDING <= found.points <= max(numbers) + ROUNDING
    assert arithmetic.LOWEST <= between.low <= found.points + ROUNDING
    assert found.points - ROUNDING <= between.high <= arithmetic.HIGHEST


def test_where_all_answers_are_alike_a_weighted_number_is_no_surer_than_the_plain_one():
    found = by_trait({"a": Asked(40, Counts(12)), "b": Asked(90, Counts(15))}, nps)
    plain = nps.interval(Counts(27))

    between = interval(found, Answers(Counts(27), STRANGERS))

    assert found.points == 100
    assert between == plain
    assert plain.low < 90


def test_answers_of_one_account_leave_the_whole_scale_open():
    found = by_trait({"a": Asked(40, Counts(12, 1, 2)), "b": Asked(90, Counts(15, 5, 5))}, nps)
    loose, tight, unknown = (
        interval(found, Answers(Counts(27, 6, 7), hanging)) for hanging in (STRANGERS, Spread(4, inf), Spread(1, 0))
    )

    assert tight.low < loose.low
    assert (unknown.low, unknown.high) == (-100, 100)


def test_two_traits_are_both_met_in_their_totals():
    cells = {
        ("s", "n"): Asked(100, Counts(30, 5, 5)), ("s", "w"): Asked(100, Counts(10, 5, 5)),
        ("l", "n"): Asked(100, Counts(5, 5, 0)), ("l", "w"): Asked(100, Counts(4, 8, 8)),
    }  # fmt: skip

    found = by_two(cells, nps)
    totals = {side: {} for side in (0, 1)}
    for key, weight in found.weights.items():
        for side in (0, 1):
            totals[side][key[side]] = totals[side].get(key[side], 0) + weight * cells[key].answers.n

    assert totals[0] == {"s": near(45, 1e-6), "l": near(45, 1e-6)}
    assert totals[1] == {"n": near(45, 1e-6), "w": near(45, 1e-6)}
    assert found.points < found.plain


@forall(CROSSED, ARITHMETICS)
def test_raking_finds_a_number_on_the_scale_or_none(cells, arithmetic):
    found = by_two(cells, arithmetic)

    if found:
        assert arithmetic.LOWEST - ROUNDING <= found.points <= arithmetic.HIGHEST + ROUNDING
        assert 0 < found.effective <= found.answers + 1e-6
        assert all(1 / 3 <= weight <= 3 for weight in found.weights.values())


def test_totals_that_cannot_be_met_at_once_give_no_number():
    # Of neither trait is there a bridge between the two halves, and the halves were asked otherwise than they answered.
    cells = {("a", "x"): Asked(100, Counts(20)), ("b", "y"): Asked(300, Counts(20)), ("a", "y"): Asked(200, Counts())}

    assert by_two(cells, nps) is None


def test_if_the_silent_are_like_the_late_these_stand_for_them():
    found = silent_like(late=Counts(0, 10, 10), early=Counts(30), silent=50, arithmetic=nps)

    assert found.points == pytest.approx((30 * 100 + 70 * -50) / 100)
    assert silent_like(late=Counts(), early=Counts(30), silent=50, arithmetic=nps) is None


@forall(COUNTS, COUNTS, st.integers(0, 500))
def test_the_silent_like_the_late_draw_the_number_towards_the_late(early, late, silent):
    found = silent_like(late, early, silent, nps)

    if found and early.n:
        ends = sorted([nps.value(early + late), nps.value(late)])
        assert ends[0] - ROUNDING <= found.points <= ends[1] + ROUNDING
