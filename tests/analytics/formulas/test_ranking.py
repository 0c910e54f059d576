from math import isfinite

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps
from analytics.counts import Counts
from analytics.formulas.fair_ranks import LEAST_WEIGHT, MOST_WEIGHT, Shrunk, correlation_of, rank
from tests.analytics.vectors import COUNTS, ROUNDING, cases, ends, near

SEGMENTS = st.dictionaries(st.integers(0, 20), COUNTS, max_size=8)


def mirror(counts):
    return Counts(counts.bad, counts.middle, counts.good)


@cases("empirical_bayes_segments")
def test_shrunk_numbers_and_orders_agree_with_the_reference(given, expected, tolerance):
    found = rank({name: Counts(*counts) for name, counts in given["segments"].items()})
    rows = found.segments

    assert found.total == near(expected["total_nps"], tolerance)
    assert (found.correlation, found.weight) == near((expected["rho"], expected["M"]), tolerance)
    assert found.total_variance == near(expected["V0"], 1e-7)
    for name, row in rows.items():
        assert row.points == near(expected["shrunk_nps"][name], tolerance)
        assert row.error == near(expected["post_se_points"][name], tolerance)
        assert ends(row.interval) == near(expected["interval95"][name], tolerance)
        assert row.chance_above == near(expected["prob_above_total"][name], tolerance)
    assert list(rows) == expected["order_shrunk"]
    assert sorted(rows, key=lambda name: -rows[name].raw) == expected["order_raw"]
    assert sorted(rows, key=lambda name: -rows[name].lower) == expected["order_lower_bound"]


def test_only_the_sure_are_called_better_or_worse():
    found = rank(
        {
            "Anna": Counts(4, 0, 0),
            "Bohdan": Counts(30, 12, 8),
            "Rasa": Counts(40, 35, 25),
            "Svitlana": Counts(70, 20, 10),
        }
    )

    assert [name for name, row in found.segments.items() if row.is_better] == ["Svitlana"]
    assert [name for name, row in found.segments.items() if row.is_worse] == ["Rasa"]


@forall(SEGMENTS)
def test_every_number_lies_between_its_own_and_the_totals_and_within_the_scale(segments):
    found = rank(segments)

    if not any(counts.n for counts in segments.values()):
        assert found is None
        return
    assert set(found.segments) == {key for key, counts in segments.items() if counts.n}
    assert LEAST_WEIGHT <= found.weight <= MOST_WEIGHT
    for row in found.segments.values():
        low, high = sorted([row.raw, found.total])
        assert low - ROUNDING <= row.points <= high + ROUNDING
        assert -100 <= row.interval.low <= row.points + ROUNDING
        assert row.points - ROUNDING <= row.interval.high <= 100
        assert 0 <= row.chance_above <= 1
        assert isfinite(row.error)
        assert row.error >= 0


@forall(SEGMENTS)
def test_good_and_bad_mirror_each_other(segments):
    found, mirrored = rank(segments), rank({key: mirror(counts) for key, counts in segments.items()})

    for key, row in found.segments.items() if found else ():
        other = mirrored.segments[key]
        assert (other.points, other.error) == near((-row.points, row.error), 1e-6)
        assert other.chance_above == near(1 - row.chance_above, 1e-6)


@forall(SEGMENTS)
def test_the_shrunk_numbers_are_in_order(segments):
    found = rank(segments)

    points = [row.points for row in found.segments.values()] if found else []
    assert points == sorted(points, reverse=True)


def test_one_segment_is_the_total_and_no_better_than_it():
    found = rank({"only": Counts(60, 25, 15), "silent": Counts()})
    row = found.segments["only"]

    assert found.weight == pytest.approx(20)
    assert row.points == pytest.approx(found.total) == pytest.approx(row.raw)
    assert row.chance_above == pytest.approx(0.5)
    assert not row.is_better
    assert not row.is_worse


def test_segments_of_one_answer_each_are_drawn_in_as_far_as_may_be():
    found = rank({"a": Counts(1, 0, 0), "b": Counts(0, 1, 0), "c": Counts(0, 0, 1)})

    assert (found.correlation, found.weight) == (0, MOST_WEIGHT)


@pytest.mark.parametrize("alike", [Counts(good=7), Counts(middle=7), Counts(bad=7)])
def test_where_all_are_alike_nobody_is_above(alike):
    found = rank(dict.fromkeys("abcd", alike))

    assert found.weight == MOST_WEIGHT
    for row in found.segments.values():
        assert row.error == near(0, 1e-6)
        assert row.chance_above == 0.5
        assert row.points == near(nps.value(alike), ROUNDING)


def test_segments_far_apart_are_heard_nearly_alone():
    found = rank({"a": Counts(good=50), "b": Counts(bad=50), "c": Counts(middle=50)})

    assert found.correlation == pytest.approx(1)
    assert found.weight == LEAST_WEIGHT


def test_segments_more_alike_than_strangers_have_a_correlation_below_nothing():
    assert correlation_of([Counts(5, 3, 2)] * 4) < 0


def test_an_assumed_weight_is_five_to_fifty_answers():
    assert (LEAST_WEIGHT, MOST_WEIGHT) == (5, 50)


@pytest.mark.parametrize(
    ("chance", "is_better", "is_worse"), [(0.95, True, False), (0.94, False, False), (0.06, False, False)]
)
def test_sure_is_95_of_100(chance, is_better, is_worse):
    row = Shrunk(Counts(), raw=0, points=0, error=1, chance_above=chance)

    assert (row.is_better, row.is_worse) == (is_better, is_worse)


def test_segments_of_one_or_two_answers_have_a_correlation():
    # MSP 0.25, MSG 1, usual size 1.25.
    assert correlation_of([Counts(good=1), Counts(good=1), Counts(1, 1, 0)]) == pytest.approx(-1.5)
