from math import isfinite

import pytest
from hypothesis import assume
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps, top_share
from analytics.counts import Counts
from analytics.formulas.sample_weights import TRIMMED, UNLIMITED, effective_answers, mean, poststratify, rake
from tests.analytics.vectors import COUNTS, ROUNDING, cases, ends, near

CELLS = st.dictionaries(st.sampled_from("abcde"), COUNTS)
PEOPLE = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 900))


@cases("poststratification")
def test_weights_number_and_error_agree_with_the_reference(given, expected, tolerance):
    found = poststratify({name: Counts(*counts) for name, counts in given["cells"].items()}, given["population"])

    assert found.plain == near(expected["unweighted_nps"], tolerance)
    assert found.weights == near(expected["weights"], tolerance)
    assert (found.points, found.error) == near((expected["weighted_nps"], expected["se_points"]), tolerance)
    assert ends(found.interval) == near(expected["ci95"], tolerance)
    assert (found.effective, found.design_effect) == near((expected["kish_ess"], expected["deff"]), tolerance)
    assert found.is_enough
    assert found.coverage == 1


@cases("raking")
def test_raked_weights_agree_with_the_reference(given, expected, tolerance):
    weights = rake(given["sample"], given["row_targets"], given["col_targets"])
    flat = [
        (weight, n, value)
        for rows in zip(weights, given["sample"], given["cell_nps"], strict=True)
        for weight, n, value in zip(*rows, strict=True)
    ]

    for row, reference in zip(weights, expected["weights"], strict=True):
        assert row == near(reference, tolerance)
    assert mean((weight * n, value) for weight, n, value in flat) == near(expected["weighted_nps"], tolerance)
    assert effective_answers((weight, n) for weight, n, _value in flat) == near(expected["kish_ess"], tolerance)


@forall(CELLS, PEOPLE, st.sampled_from([UNLIMITED, TRIMMED]))
def test_a_weighted_number_is_within_what_is_possible(cells, population, limits):
    found = poststratify(cells, population, limits)

    if not any(cells[key].n and population.get(key) for key in cells):
        assert found is None
        return
    numbers = [nps.value(counts) for counts in cells.values() if counts.n]
    assert min(numbers) - ROUNDING <= found.points <= max(numbers) + ROUNDING
    assert isfinite(found.error)
    assert -100 <= found.interval.low <= found.points + ROUNDING
    assert found.points - ROUNDING <= found.interval.high <= 100
    assert 0 < found.effective <= found.answers + 1e-6
    assert 0 < found.coverage <= 1
    if limits == TRIMMED:
        assert all(TRIMMED[0] <= weight <= TRIMMED[1] for weight in found.weights.values())
    else:
        assert sum(found.weights[key] * cells[key].n for key in found.weights) == near(found.answers, 1e-6)


@forall(CELLS, PEOPLE)
def test_good_and_bad_mirror_each_other(cells, population):
    found = poststratify(cells, population)
    mirrored = poststratify({key: Counts(one.bad, one.middle, one.good) for key, one in cells.items()}, population)

    if found:
        assert (mirrored.points, mirrored.error) == near((-found.points, found.error), 1e-6)


@forall(CELLS)
def test_answers_in_the_population_s_own_shares_need_no_weight(cells):
    found = poststratify(cells, {key: 7 * counts.n for key, counts in cells.items()})

    if found:
        assert all(weight == near(1, ROUNDING) for weight in found.weights.values())
        assert found.points == near(found.plain, 1e-6)
        assert found.effective == near(found.answers, 1e-6)


def test_cells_without_answers_are_left_out_and_told():
    found = poststratify({"small": Counts(5, 3, 2), "large": Counts()}, {"small": 60, "large": 30, "new": 10})

    assert (found.points, found.coverage, found.weights) == (near(30, ROUNDING), near(0.6, ROUNDING), {"small": 1})


def test_a_cell_of_one_answer_spreads_as_far_as_may_be():
    found = poststratify({"small": Counts(good=1)}, {"small": 9})

    assert found.error == 100
    assert ends(found.interval) == near([-95.996398, 100], 1e-6)


def test_weights_that_cost_too_much_are_not_enough():
    uneven = {"small": Counts(50, 30, 10), "large": Counts(5, 3, 2)}

    assert not poststratify(uneven, {"small": 10, "large": 90}).is_enough
    assert poststratify(uneven, {"small": 80, "large": 20}).is_enough


def test_a_population_below_nothing_is_refused():
    with pytest.raises(ValueError, match="population"):
        poststratify({"small": Counts(5, 3, 2)}, {"small": 9, "large": -1})


@forall(
    st.lists(st.lists(st.integers(1, 50), min_size=3, max_size=3), min_size=2, max_size=4),
    st.lists(st.integers(1, 50), min_size=3, max_size=3),
    st.data(),
)
def test_raked_rows_and_columns_add_up_to_their_targets(sample, columns, data):
    rows = data.draw(st.lists(st.integers(1, 50), min_size=len(sample), max_size=len(sample)))
    row_targets = [row * sum(columns) / sum(rows) for row in rows]

    weights = rake(sample, row_targets, columns)

    fitted = [[w * n for w, n in zip(*pair, strict=True)] for pair in zip(weights, sample, strict=True)]
    assert [sum(row) for row in fitted] == near(row_targets, 1e-6)
    assert [sum(column) for column in zip(*fitted, strict=True)] == near(columns, 1e-6)


def test_a_sample_that_fits_already_keeps_its_weights():
    assert rake([[30, 20], [10, 40]], [50, 50], [40, 60]) == [near([1, 1], ROUNDING)] * 2


def test_rows_that_fit_already_do_not_hide_columns_that_do_not():
    (first, second) = rake([[30, 20], [20, 30]], [50, 50], [40, 60])

    assert (first[0] * 30 + second[0] * 20, first[1] * 20 + second[1] * 30) == near((40, 60), 1e-6)


def test_a_cell_without_answers_weighs_nothing():
    weights = rake([[30, 0], [10, 40]], [20, 60], [40, 40])

    assert weights == [near([2 / 3, 0], 1e-6), near([2, 1], 1e-6)]


@pytest.mark.parametrize("sample", [[[0, 0], [10, 40]], [[0, 20], [0, 40]], [[30, 0], [0, 40]]])
def test_targets_that_cannot_be_met_give_no_weights(sample):
    assert rake(sample, [60, 40], [50, 50]) is None


def test_targets_of_different_sums_are_refused():
    with pytest.raises(ValueError, match="add up"):
        rake([[30, 20], [10, 40]], [60, 40], [50, 60])


@forall(st.lists(st.tuples(st.floats(0.01, 9), st.integers(1, 50)), min_size=1))
def test_the_effective_number_is_never_above_the_number(weights):
    effective = effective_answers(weights)

    assume(effective)
    assert effective <= sum(n for _weight, n in weights) + 1e-6
    assert effective_answers([]) == 0


def test_weights_are_held_within_their_limits():
    uneven = {"small": Counts(50, 30, 10), "large": Counts(5, 3, 2), "usual": Counts(50, 0, 50)}

    found = poststratify(uneven, {"small": 10, "large": 90, "usual": 100}, TRIMMED)

    assert found.weights == near({"small": 1 / 3, "large": 3, "usual": 1}, ROUNDING)


@pytest.mark.parametrize(("off", "is_refused"), [(1e-8, False), (1e-3, True)])
def test_targets_may_differ_by_rounding_alone(off, is_refused):
    if is_refused:
        with pytest.raises(ValueError, match="add up"):
            rake([[30, 20], [10, 40]], [60, 40], [50, 50 + off])
    else:
        assert rake([[30, 20], [10, 40]], [60, 40], [50, 50 + off])


def test_a_cell_of_two_answers_spreads_as_they_do():
    assert poststratify({"small": Counts(1, 1, 0)}, {"small": 9}).error == near(50, ROUNDING)


@forall(CELLS, PEOPLE)
def test_a_weighted_share_is_a_share(cells, population):
    found = poststratify(cells, population, TRIMMED, top_share)

    if found:
        assert -ROUNDING <= found.points <= 100 + ROUNDING
        assert 0 <= found.interval.low <= found.interval.high <= 100
        assert found.error <= 100


def test_one_answer_shows_no_spread_so_the_widest_is_assumed():
    alone = {"a": Counts(1)}

    assert [poststratify(alone, {"a": 1}, arithmetic=each).error for each in (nps, top_share)] == [100, 50]
