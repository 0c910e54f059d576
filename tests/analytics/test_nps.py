import json
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from analytics import nps
from analytics.nps import Change, Counts, Sample

VECTORS = Path(settings.BASE_DIR) / "tests" / "oracle" / "stats_vectors.json"


def cases(group):
    """The reference values of a group."""
    found = json.loads(VECTORS.read_text())[group]
    return [(case["input"], case["output"], found["tolerance_abs"]) for case in found["cases"]]


def test_the_first_check_figure_holds():
    counts = Counts(promoters=68, passives=52, detractors=30)

    assert counts.n == 150
    assert round(counts.nps, 1) == 25.3
    assert (round(counts.share(68), 1), round(counts.share(30), 1)) == (45.3, 20.0)


def test_the_second_check_figure_holds():
    assert Counts(promoters=70, passives=15, detractors=15).nps == 55


def test_no_answers_give_no_number_and_never_zero():
    nobody = Counts()

    assert nobody.nps is None
    assert nobody.share(0) is None
    assert nps.interval(nobody) is None
    assert nps.margin(nobody) is None
    assert nps.difference(nobody, Counts(5, 0, 0)) is None
    assert nps.difference(Counts(5, 0, 0), nobody) is None


def test_as_many_promoters_as_detractors_are_zero():
    assert Counts(promoters=4, passives=9, detractors=4).nps == 0


def test_eleven_numbers_fall_into_the_three_categories():
    assert Counts.of_scores([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]) == Counts(1536, 384, 127)


@pytest.mark.parametrize(("given", "expected", "tolerance"), cases("nps_intervals"))
def test_nps_and_interval_agree_with_the_reference(given, expected, tolerance):
    counts = Counts(given["P"], given["Q"], given["D"])
    found = nps.interval(counts)

    assert counts.n == expected["n"]
    assert counts.nps == pytest.approx(expected["nps"], abs=tolerance)
    assert (found.low, found.high) == pytest.approx(expected["adjwald95"], abs=tolerance)
    assert nps.margin(counts) == pytest.approx(expected["adjwald_margin_unclipped"], abs=tolerance)
    narrower = nps.interval(counts, z=1.6448536269514722)
    assert (narrower.low, narrower.high) == pytest.approx(expected["adjwald90"], abs=tolerance)


@pytest.mark.parametrize(("given", "expected", "tolerance"), cases("nps_difference"))
def test_difference_agrees_with_the_reference(given, expected, tolerance):
    found = nps.difference(Counts(*given["a"]), Counts(*given["b"]))

    assert found.points == pytest.approx(expected["diff_raw_points"], abs=tolerance)
    assert found.adjusted == pytest.approx(expected["diff_adj_points"], abs=tolerance)
    assert found.error == pytest.approx(expected["se_points"], abs=tolerance)
    assert found.z == pytest.approx(expected["z"], abs=tolerance)
    assert found.p == pytest.approx(expected["p_value"], abs=1e-7)
    assert (found.interval.low, found.interval.high) == pytest.approx(expected["ci95_points"], abs=tolerance)


@pytest.mark.parametrize(("given", "expected", "tolerance"), cases("margin_by_n"))
def test_margin_by_number_of_answers_agrees_with_the_reference(given, expected, tolerance):
    n, promoters, detractors = given["n"], given["p"] * given["n"], given["d"] * given["n"]

    assert nps.margin(Counts(promoters, n - promoters - detractors, detractors)) == pytest.approx(
        expected["margin_points"], abs=tolerance
    )


@pytest.mark.parametrize(("given", "expected", "tolerance"), cases("benjamini_hochberg"))
def test_false_discovery_rates_agree_with_the_reference(given, expected, tolerance):
    assert nps.false_discovery_rates(given["p"]) == pytest.approx(expected["q"], abs=tolerance)


def test_interval_of_five_promoters_is_wide_and_stays_within_the_scale():
    found = nps.interval(Counts(promoters=5))

    assert found.low == pytest.approx(17.491453, abs=1e-6)
    assert found.high == 100


def test_interval_holds_the_number_from_two_answers_on():
    for counts in (Counts(*found) for found in product(range(12), repeat=3)):
        if counts.n >= 2:
            found = nps.interval(counts)
            assert found.low <= counts.nps <= found.high, counts


@pytest.mark.parametrize(
    ("n", "sample"),
    [(0, Sample.NONE), (1, Sample.COUNTS), (4, Sample.COUNTS), (5, Sample.FEW), (29, Sample.FEW), (30, Sample.ENOUGH)],
)
def test_few_answers_say_so(n, sample):
    assert Counts(passives=n).sample is sample


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (Counts(300, 150, 50), Counts(260, 160, 80), Change.UP),
        (Counts(260, 160, 80), Counts(300, 150, 50), Change.DOWN),
        (Counts(60, 25, 15), Counts(50, 25, 25), Change.UNCLEAR),
        (Counts(29, 0, 0), Counts(0, 0, 1000), Change.TOO_FEW),
        (Counts(0, 0, 1000), Counts(29, 0, 0), Change.TOO_FEW),
        (Counts(), Counts(), Change.TOO_FEW),
    ],
)
def test_a_direction_is_told_only_when_it_is_real(ours, theirs, expected):
    assert nps.change(ours, theirs) is expected


def test_twenty_alike_managers_are_all_left_in_peace():
    alike = [Counts(50 + wobble % 4, 30, 20 - wobble % 4) for wobble in range(20)]

    assert set(nps.standing(alike)) == {Change.UNCLEAR}


def test_one_bad_manager_among_twenty_stands_out():
    groups = [Counts(50, 30, 20)] * 19 + [Counts(20, 30, 50)]

    assert nps.standing(groups) == [Change.UNCLEAR] * 19 + [Change.DOWN]


def test_groups_with_few_answers_are_neither_best_nor_worst():
    assert nps.standing([Counts(0, 0, 29), Counts(100, 0, 0), Counts(100, 0, 0)])[0] is Change.TOO_FEW


def test_a_group_without_a_rest_is_not_compared():
    assert nps.standing([Counts(50, 30, 20)]) == [Change.TOO_FEW]
