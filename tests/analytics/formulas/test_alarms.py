from math import isfinite
from random import Random

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps
from analytics.counts import Counts
from analytics.formulas.alarms import MONTHLY, WEEKLY, Baseline, Chart, Direction, Reading, cusum, episodes, readings
from tests.analytics.vectors import cases, near

SHORT = Chart(baseline=3, lag=1, weight=0.3, threshold=2.0)
SERIES = st.lists(st.builds(Counts, *[st.integers(0, 9)] * 3), max_size=12)
QUIET = [Counts(10, 6, 4)] * 26


@cases("ewma_alert")
def test_readings_agree_with_the_reference(given, expected, tolerance):
    chart = Chart(given["baseline"], given["lag"], given["lam"], given["L"])

    found = readings([Counts(*week) for week in given["weeks"]], chart)

    assert chart == WEEKLY

    assert [reading.place for reading in found] == [week["week"] for week in expected]
    for reading, week in zip(found, expected, strict=True):
        assert reading.counts.n == week["n"]
        assert reading.baseline.nps == near(week["baseline_nps"], tolerance)
        assert reading.baseline.variance == near(week["baseline_var"], tolerance)
        assert reading.baseline.sigma == near(week["sigma_z"], tolerance)
        assert (reading.z, reading.average) == near((week["z"], week["ewma"]), tolerance)
        assert reading.statistic == near(week["stat"], tolerance)
        assert reading.is_alarm is week["alarm"]


@cases("ewma_alert")
def test_one_notice_is_given_of_one_change(given, expected, tolerance):
    (given_alarm,) = episodes(readings([Counts(*week) for week in given["weeks"]]))

    assert given_alarm.reading.place == next(week["week"] for week in expected if week["alarm"])
    assert given_alarm.direction is Direction.WORSE
    last = sum((Counts(*given["weeks"][place]) for place in (29, 31, 32, 33)), Counts())
    assert given_alarm.points == near(nps.value(last) - given_alarm.reading.baseline.nps, tolerance)


@cases("cusum_tabular")
def test_sums_agree_with_the_reference(given, expected, tolerance):
    found = [list(sums) for sums in cusum(given["z"], given["k"])]

    assert len(found) == len(expected["c_plus_minus"])
    for sums, reference in zip(found, expected["c_plus_minus"], strict=True):
        assert sums == near(reference, tolerance)


@forall(SERIES)
def test_readings_are_finite_and_mirror_each_other(series):
    found = readings(series, SHORT)
    mirrored = readings([Counts(counts.bad, counts.middle, counts.good) for counts in series], SHORT)

    assert len(found) == max(0, sum(1 for counts in series if counts.n) - SHORT.baseline)
    for reading, other in zip(found, mirrored, strict=True):
        assert isfinite(reading.statistic)
        assert reading.baseline.sigma >= 1
        assert reading.baseline.variance > 0
        assert (other.z, other.average, other.statistic) == near(
            (-reading.z, -reading.average, -reading.statistic), 1e-6
        )


@forall(SERIES, st.integers(0, 12))
def test_periods_without_answers_change_nothing_but_places(series, at):
    found, shifted = readings(series, SHORT), readings([*series[:at], Counts(), *series[at:]], SHORT)

    assert [reading.statistic for reading in found] == [reading.statistic for reading in shifted]


@forall(st.lists(st.floats(-50, 50), max_size=30))
def test_sums_never_fall_below_nothing_and_mirror_each_other(series):
    found, mirrored = list(cusum(series)), list(cusum([-z for z in series]))

    assert all(up >= 0 and down >= 0 for up, down in found)
    assert mirrored == [(down, up) for up, down in found]


@pytest.mark.parametrize("chart", [WEEKLY, MONTHLY])
def test_a_series_no_longer_than_the_baseline_has_no_reading(chart):
    assert readings([Counts(5, 3, 2)] * chart.baseline, chart) == []
    assert len(readings([Counts(5, 3, 2)] * (chart.baseline + 1), chart)) == 1


def test_a_baseline_of_one_period_has_nothing_to_spread():
    assert readings([Counts(5, 3, 2), Counts(5, 3, 2)], Chart(baseline=1))[0].baseline.sigma == 1


def test_an_episode_ends_when_it_is_calm_again_or_turns():
    falls, rises = [Counts(4, 6, 10)] * 4, [Counts(18, 2, 0)] * 6

    turned = episodes(readings([*QUIET, *falls, *rises]))
    back = episodes(readings([*QUIET, *falls, *QUIET, *QUIET, *falls]))

    assert [alarm.direction for alarm in turned] == [Direction.WORSE, Direction.BETTER]
    assert [alarm.direction for alarm in back] == [Direction.WORSE, Direction.WORSE]


def reading(statistic, off=20.0):
    """Return a reading `off` points above its baseline."""
    return Reading(0, Counts(30, 40, 30), Baseline(-off, 0.6, 1.0), 0.0, 0.0, statistic, abs(statistic) > 3)


@pytest.mark.parametrize(("between", "notices"), [(1.0, 1), (0.99, 2), (-0.99, 2)])
def test_an_episode_is_over_below_one_error(between, notices):
    assert len(episodes([reading(4.0), reading(between), reading(4.0)])) == notices


@pytest.mark.parametrize(("off", "notices"), [(5.0, 1), (4.9, 0), (-5.0, 1)])
def test_five_points_are_worth_a_notice(off, notices):
    assert len(episodes([reading(4.0, off)])) == notices


def test_a_change_too_small_to_matter_is_no_notice():
    found = readings([*[Counts(10000, 6000, 4000)] * 26, *[Counts(9700, 6000, 4300)] * 6])

    assert all(reading.is_alarm for reading in found)
    assert episodes(found) == []


def weeks(chance, mean, number, promoters=0.5, detractors=0.2):
    """Draw weeks: the number of answers near `mean` (as a sum of many rare ones), each answer by itself."""
    drawn = []
    for _week in range(number):
        n = sum(chance.random() < 0.25 for _one in range(4 * mean))
        good = bad = 0
        for _answer in range(n):
            at = chance.random()
            good += at < promoters
            bad += promoters <= at < promoters + detractors
        drawn.append(Counts(good, n - good - bad, bad))
    return drawn


def test_a_quiet_year_raises_false_alarms_as_rarely_as_said():
    chance = Random(20260101)
    years = [readings(weeks(chance, 25, 78)) for _year in range(500)]

    def share(threshold):
        return sum(any(abs(week.statistic) > threshold for week in year) for year in years) / len(years)

    # 11 and 2.6 of 100, and three standard errors of 500 years.
    assert 0.07 <= share(3.0) <= 0.155
    assert 0.005 <= share(3.5) <= 0.05
    assert sum(bool(episodes(year)) for year in years) / len(years) <= share(3.0)


def test_a_quiet_year_of_months_is_calmer_still():
    chance = Random(20260104)
    years = [readings(weeks(chance, 60, 24), MONTHLY) for _year in range(500)]

    # 3.3 of 100, and three standard errors of 500 years.
    assert 0.009 <= sum(any(month.is_alarm for month in year) for year in years) / len(years) <= 0.057


def test_a_lasting_drop_of_twenty_points_is_found():
    chance = Random(20260102)
    drops = [
        readings([*weeks(chance, 60, 26), *weeks(chance, 60, 8, promoters=0.4, detractors=0.3)]) for _one in range(150)
    ]

    assert sum(bool(episodes(drop)) for drop in drops) / len(drops) > 0.85


def test_sums_of_a_quiet_series_reach_five_as_rarely_as_said():
    chance = Random(20260103)
    lengths = []
    for _run in range(300):
        series = (chance.gauss() for _one in iter(int, 1))
        lengths.append(next(at for at, sums in enumerate(cusum(series), start=1) if max(sums) >= 5))

    # 465 on average, and three standard errors of 300 runs.
    assert sum(lengths) / len(lengths) == pytest.approx(465, abs=81)
