from itertools import product

import pytest

from analytics import nps, top_share
from analytics.counts import Counts, Sample
from analytics.estimates import Z95
from analytics.verdicts import false_discovery_rates
from surveys.metrics import SCALES
from tests.analytics.vectors import cases


def test_the_first_check_figure_holds():
    counts = Counts(good=68, middle=52, bad=30)

    assert counts.n == 150
    assert round(nps.value(counts), 1) == 25.3
    assert (round(counts.share(68), 1), round(counts.share(30), 1)) == (45.3, 20.0)


def test_the_second_check_figure_holds():
    assert nps.value(Counts(good=70, middle=15, bad=15)) == 55


def test_no_answers_give_no_number_and_never_zero():
    nobody = Counts()

    assert nps.value(nobody) is None
    assert nobody.share(0) is None
    assert nps.interval(nobody) is None
    assert nps.difference(nobody, Counts(5, 0, 0)) is None
    assert nps.difference(Counts(5, 0, 0), nobody) is None


def test_as_many_promoters_as_detractors_are_zero():
    assert nps.value(Counts(good=4, middle=9, bad=4)) == 0


def test_eleven_numbers_fall_into_the_three_categories():
    assert Counts.of_scores(SCALES["nps"], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]) == Counts(1536, 384, 127)


@cases("nps_intervals")
def test_nps_and_interval_agree_with_the_reference(given, expected, tolerance):
    counts = Counts(given["P"], given["Q"], given["D"])
    found = nps.interval(counts)

    assert counts.n == expected["n"]
    assert nps.value(counts) == pytest.approx(expected["nps"], abs=tolerance)
    assert (found.low, found.high) == pytest.approx(expected["adjwald95"], abs=tolerance)
    narrower = nps.interval(counts, z=1.6448536269514722)
    assert (narrower.low, narrower.high) == pytest.approx(expected["adjwald90"], abs=tolerance)


@cases("nps_difference")
def test_difference_agrees_with_the_reference(given, expected, tolerance):
    found = nps.difference(Counts(*given["a"]), Counts(*given["b"]))

    assert found.points == pytest.approx(expected["diff_raw_points"], abs=tolerance)
    assert found.z == pytest.approx(expected["z"], abs=tolerance)
    assert found.p == pytest.approx(expected["p_value"], abs=1e-7)
    assert (found.interval.low, found.interval.high) == pytest.approx(expected["ci95_points"], abs=tolerance)


@cases("benjamini_hochberg")
def test_false_discovery_rates_agree_with_the_reference(given, expected, tolerance):
    assert false_discovery_rates(given["p"]) == pytest.approx(expected["q"], abs=tolerance)


def test_false_discovery_rates_are_those_of_their_places_whatever_the_order():
    assert false_discovery_rates([0.04, 0.01, 0.03]) == pytest.approx([0.04, 0.03, 0.04])
    assert false_discovery_rates([0.01, 0.03, 0.04]) == pytest.approx([0.03, 0.04, 0.04])


def test_interval_of_five_promoters_is_wide_and_stays_within_the_scale():
    found = nps.interval(Counts(good=5))

    assert found.low == pytest.approx(17.491453, abs=1e-6)
    assert found.high == 100


def test_interval_holds_the_number_from_two_answers_on():
    for counts in (Counts(*found) for found in product(range(12), repeat=3)):
        if counts.n >= 2:
            found = nps.interval(counts)
            assert found.low <= nps.value(counts) <= found.high, counts


@pytest.mark.parametrize(
    ("n", "sample"),
    [(0, Sample.NONE), (1, Sample.COUNTS), (4, Sample.COUNTS), (5, Sample.FEW), (29, Sample.FEW), (30, Sample.ENOUGH)],
)
def test_few_answers_say_so(n, sample):
    assert Counts(middle=n).sample is sample


def test_the_interval_of_a_difference_holds_the_difference_at_the_very_ends():
    found = nps.difference(Counts(bad=30), Counts(good=30))

    assert found.interval.low == found.points == -200


@cases("csat_ces")
def test_share_and_interval_of_csat_and_ces_agree_with_the_reference(given, expected, tolerance):
    metric = "csat" if "csat_counts" in given else "ces"
    by_score = [given[f"{metric}_counts"].get(str(score), 0) for score in range(11)]
    counts = Counts.of_scores(SCALES[metric], by_score)
    found = top_share.interval(counts)

    assert top_share.value(counts) == pytest.approx(expected[metric], abs=tolerance)
    assert (found.low, found.high) == pytest.approx(expected["wilson95"], abs=tolerance)


def test_a_difference_of_shares_is_newcombes():
    # Newcombe 1998, table II, example (a): 56/70 against 48/80, method 10.
    found = top_share.difference(Counts(good=56, bad=14), Counts(good=48, bad=32))

    assert found.points == pytest.approx(20)
    assert (found.interval.low, found.interval.high) == pytest.approx((5.24, 33.39), abs=0.01)
    assert found.p == pytest.approx(0.0082, abs=0.0005)


def test_a_difference_of_shares_is_tested_by_the_pooled_error():
    found = top_share.difference(Counts(90, 0, 10), Counts(60, 0, 40))

    assert (found.points, found.z) == (30, pytest.approx(4.898979, abs=1e-6))
    assert found.p == pytest.approx(9.634e-7, rel=1e-3)


@pytest.mark.parametrize("arithmetic", [nps, top_share])
def test_a_smaller_z_gives_a_narrower_interval(arithmetic):
    counts = Counts(60, 25, 15)

    wide, narrow = arithmetic.interval(counts), arithmetic.interval(counts, 1.0)

    assert wide == arithmetic.interval(counts, Z95)
    assert wide.low < narrow.low < arithmetic.value(counts) < narrow.high < wide.high


def test_shares_of_nothing_and_of_no_spread_are_no_difference():
    assert top_share.difference(Counts(), Counts(good=5)) is None
    assert top_share.difference(Counts(good=5), Counts()) is None
    assert top_share.difference(Counts(good=5), Counts(good=9)).p == 1
    assert top_share.of_share(0, 0) is None
