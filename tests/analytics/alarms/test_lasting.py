from datetime import date, timedelta
from random import Random

import pytest

from analytics.alarms.lasting_changes import NEWS, Series, news
from analytics.counts import Counts
from analytics.formulas.alarms import WEEKLY, Direction, readings
from analytics.periods import Granularity

MONDAY = date(2024, 7, 1)
WELL, ILL = Counts(30, 15, 15), Counts(15, 15, 30)


def by_week(counts):
    return Series(Granularity.WEEK, [MONDAY + timedelta(weeks=place) for place in range(len(counts))], counts)


def answered(chance, mean, *, promoters=0.5, detractors=0.2):
    n = sum(chance.random() < 0.25 for _one in range(4 * mean))
    drawn = [chance.random() for _answer in range(n)]
    good = sum(at < promoters for at in drawn)
    bad = sum(promoters <= at < promoters + detractors for at in drawn)
    return Counts(good, n - good - bad, bad)


def test_a_lasting_drop_is_news_with_the_week_that_told_of_it():
    series = by_week([WELL] * 40 + [ILL] * 4)

    (change,) = news({"a": series}).values()

    assert change.direction is Direction.WORSE
    assert MONDAY + timedelta(weeks=40) <= change.since <= change.start <= MONDAY + timedelta(weeks=43)
    assert change.episode.points <= -25


def test_a_drop_that_was_first_seen_long_ago_is_history():
    early = by_week([WELL] * 40 + [ILL] * 2)
    late = by_week([WELL] * 40 + [ILL] * (2 + NEWS + 1))

    assert news({"a": early}), "two weeks of it are enough to see it"
    assert not news({"a": late})


def test_a_quiet_series_is_no_news():
    assert news({"a": by_week([WELL] * 60)}) == {}


def test_a_series_shorter_than_a_baseline_is_no_news():
    assert news({"a": by_week([WELL] * WEEKLY.baseline)}) == {}


def test_among_many_series_a_change_must_stand_out_more():
    drops = (by_week([WELL] * 40 + [Counts(30 - lost, 15, 15 + lost)] * 3) for lost in range(16))
    slight = next(drop for drop in drops if 3.0 < abs(readings(drop.counts)[-1].statistic) < 3.5)
    quiet = {number: by_week([WELL] * 60) for number in range(20)}

    assert news({"a": slight})
    assert not news({"a": slight, **quiet})


def test_of_hundreds_of_series_one_that_just_passes_the_threshold_is_likely_chance():
    drops = (by_week([WELL] * 40 + [Counts(30 - lost, 15, 15 + lost)] * 4) for lost in range(16))
    changed = next(drop for drop in drops if abs(readings(drop.counts)[-1].statistic) > 3.5)
    quiet = by_week([WELL] * 44)

    assert news({"a": changed, **dict.fromkeys(range(20), quiet)})
    assert not news({"a": changed, **dict.fromkeys(range(1000), quiet)})


@pytest.mark.parametrize(("mean", "is_enough"), [(9, False), (10, True)])
def test_ten_answers_a_week_are_watched(mean, is_enough):
    assert by_week([Counts(mean, 0, 0)] * 30).is_enough is is_enough


@pytest.mark.parametrize(("mean", "is_enough"), [(39, False), (40, True)])
def test_forty_answers_a_month_are_watched(mean, is_enough):
    series = Series(Granularity.MONTH, [MONDAY] * 14, [Counts(mean, 0, 0)] * 14)

    assert series.is_enough is is_enough


def test_thirty_quiet_series_give_at_most_a_false_alarm_a_year_and_a_half():
    """Looked at each week of a year, with the changes told of before known by where they began."""
    chance = Random(20260105)
    watched = {number: [answered(chance, 25) for _week in range(30 + 52)] for number in range(30)}
    told = set()
    for week in range(31, 83):
        seen = {number: by_week(counts[:week]) for number, counts in watched.items()}
        for number, change in news(seen).items():
            if not any((number, change.direction, start) in told for start in _weeks(change.since, change.start)):
                told.add((number, change.direction, change.start))

    # 3 of 100 series a year were expected to, so one of thirty; four would be a thing of one year in fifty.
    assert len(told) <= 3


def _weeks(first, last):
    return [first + timedelta(weeks=place) for place in range((last - first).days // 7 + 1)]
