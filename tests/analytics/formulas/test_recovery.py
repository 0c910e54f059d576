import statistics
from collections import Counter
from itertools import product

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps
from analytics.counts import Counts
from analytics.formulas.recovery import Arm, Transitions, correlation, effect, expected_second, matched_effect
from tests.analytics.vectors import COUNTS, ROUNDING, cases, ends, near

TRANSITIONS = st.builds(Transitions, COUNTS, COUNTS, COUNTS)
SCORES = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=20)


@cases("transition_matrix")
def test_changes_and_recoveries_agree_with_the_reference(given, expected, tolerance):
    found = Transitions(*(Counts(*row) for row in given["matrix"]))
    change = found.change

    assert found.first.n == found.second.n == expected["n"]
    assert (nps.value(found.first), nps.value(found.second)) == near(
        (expected["nps_first"], expected["nps_second"]), tolerance
    )
    assert (change.points, change.points / change.z) == near((expected["change"], expected["se_points"]), tolerance)
    assert change.z == near(expected["z"], tolerance)
    assert change.p == near(expected["p"], 1e-7)
    assert ends(change.interval) == near(expected["ci95"], tolerance)
    assert (found.became_promoters / 100, found.recovered / 100, found.lost / 100) == near(
        (expected["recovery_to_promoter"], expected["recovered_any"], expected["promoter_loss"]), tolerance
    )
    assert ends(found.recovered_interval) == near(expected["recovered_any_wilson"], tolerance)
    for row, shares in zip((found.promoters, found.passives, found.detractors), expected["row_pct"], strict=True):
        assert [row.share(count) / 100 for count in (row.good, row.middle, row.bad)] == near(shares, tolerance)


@cases("did_closed_loop")
def test_the_effect_of_calling_agrees_with_the_reference(given, expected, tolerance):
    found = effect(Arm(*given["treated"]), Arm(*given["control"]))

    assert (found.naive, found.points, found.error) == near(
        (expected["naive_change"], expected["did"], expected["se"]), tolerance
    )
    assert ends(found.interval) == near(expected["ci95"], tolerance)
    assert found.is_enough


@cases("regression_to_mean")
def test_the_score_to_expect_agrees_with_the_reference(given, expected, tolerance):
    found = expected_second(given["y1"], given["mu"], given["r"])

    assert (found, found - given["y1"]) == near((expected["expected_second"], expected["expected_change"]), tolerance)


@forall(TRANSITIONS)
def test_a_change_is_that_of_both_numbers_and_within_what_is_possible(found):
    change = found.change

    if change:
        assert change.points == near(nps.value(found.second) - nps.value(found.first), ROUNDING)
        assert -200 <= change.interval.low <= change.points <= change.interval.high <= 200
        assert 0 <= change.p <= 1


@forall(TRANSITIONS)
def test_good_and_bad_mirror_each_other(found):
    def mirror(counts):
        return Counts(counts.bad, counts.middle, counts.good)

    mirrored = Transitions(mirror(found.detractors), mirror(found.passives), mirror(found.promoters))

    if found.change:
        assert mirrored.change.points == -found.change.points
        assert ends(mirrored.change.interval) == near(
            [-found.change.interval.high, -found.change.interval.low], ROUNDING
        )
    else:
        assert mirrored.change is None


@pytest.mark.parametrize(
    "alike",
    [
        Transitions(),
        Transitions(promoters=Counts(good=1)),
        Transitions(promoters=Counts(good=50), detractors=Counts(bad=50)),
        Transitions(detractors=Counts(good=50)),
    ],
)
def test_where_all_changed_by_the_same_nothing_is_sure(alike):
    assert alike.change is None


def test_of_nobody_there_is_no_share():
    nobody = Transitions()

    assert (nobody.recovered, nobody.became_promoters, nobody.lost, nobody.recovered_interval) == (None,) * 4


@forall(SCORES, SCORES)
def test_an_effect_changes_its_sign_with_the_sides(ours, theirs):
    called, others = Arm.of(ours), Arm.of(theirs)

    found, mirrored = effect(called, others), effect(others, called)

    assert mirrored.points == near(-found.points, ROUNDING)
    assert mirrored.error == found.error
    assert (found.interval is None) is (found.error is None)
    assert found.points == near(called.change - others.change, ROUNDING)
    assert not found.is_enough


def test_the_effect_of_one_contact_or_without_spread_is_not_sure():
    one, alike, spread = Arm.of([(2, 9)]), Arm.of([(2, 9), (1, 8)]), Arm.of([(2, 9), (2, 2)])

    assert Arm.of([]) is None
    for called, others in product([one, alike], repeat=2):
        assert (effect(called, others).error, effect(called, others).interval) == (None, None)
    assert effect(alike, spread).error > 0


def test_thirty_on_each_side_are_enough():
    assert effect(Arm(30, 3, 5, 2), Arm(30, 3, 4, 2)).is_enough
    assert not effect(Arm(30, 3, 5, 2), Arm(29, 3, 4, 2)).is_enough


@forall(st.floats(0, 10), st.floats(0, 10), st.floats(0, 1))
def test_the_score_to_expect_lies_between_the_first_and_the_mean(first, mean, correlation):
    low, high = sorted([first, mean])

    assert low - ROUNDING <= expected_second(first, mean, correlation) <= high + ROUNDING


@pytest.mark.parametrize("beyond", [-1.1, 1.1])
def test_a_correlation_beyond_one_is_refused(beyond):
    with pytest.raises(ValueError, match="correlation"):
        expected_second(3, 8, beyond)


def test_scores_that_always_repeat_or_turn_round_are_expected_to():
    assert (expected_second(3, 8, 1), expected_second(3, 8, -1)) == (3, 13)


def test_two_contacts_who_changed_differently_have_a_change():
    assert Transitions(promoters=Counts(good=1), detractors=Counts(good=1)).change.points == 100


def test_those_with_the_same_first_score_are_compared_by_it():
    called = [(2, 8), (2, 6), (5, 7), (5, 9)]
    others = [(2, 4), (2, 4), (5, 7), (5, 7), (6, 10), (6, 10)]

    found = matched_effect(called, others)

    assert (found.called, found.others) == (4, 4)
    assert found.points == near((3 + 1) / 2, ROUNDING)
    assert found.interval.low < found.points < found.interval.high
    assert not found.is_enough


def test_scores_weigh_as_the_called_have_them():
    called = [(2, 5)] * 3 + [(5, 9)] * 9
    others = [(2, 4)] * 50 + [(5, 5)] * 2

    found = matched_effect(called, others)

    assert found.points == near((3 * 1 + 9 * 4) / 12, ROUNDING)
    assert found.interval is None


def test_without_two_on_either_side_of_a_score_there_is_no_comparison():
    assert matched_effect([(2, 8), (3, 8)], [(2, 4), (3, 4)]) is None
    assert matched_effect([], []) is None


@forall(SCORES, SCORES)
def test_a_matched_effect_is_no_larger_than_the_scale_and_never_nan(ours, theirs):
    found = matched_effect(ours, theirs)

    if found:
        assert -10 <= found.points <= 10
        assert found.interval is None or found.interval.low <= found.points <= found.interval.high


@forall(SCORES)
def test_a_correlation_lies_within_one_and_is_that_of_the_textbook(pairs):
    found = correlation(Counter(pairs))

    if found is None:
        assert any(len(set(side)) < 2 for side in zip(*pairs, strict=True)) or not pairs
    else:
        assert found == near(statistics.correlation(*zip(*pairs, strict=True)), 1e-6)
