from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from analytics import periods
from analytics.dashboard.filters import preset
from analytics.periods import Granularity, Period

TODAY = date(2026, 7, 15)


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("30d", date(2026, 6, 16), date(2026, 7, 16)),
        ("90d", date(2026, 4, 17), date(2026, 7, 16)),
        ("6m", date(2026, 2, 1), date(2026, 7, 16)),
        ("12m", date(2025, 8, 1), date(2026, 7, 16)),
        ("24m", date(2024, 8, 1), date(2026, 7, 16)),
        ("month", date(2026, 7, 1), date(2026, 7, 16)),
        ("last-month", date(2026, 6, 1), date(2026, 7, 1)),
        ("quarter", date(2026, 7, 1), date(2026, 7, 16)),
        ("year", date(2026, 1, 1), date(2026, 7, 16)),
        ("last-quarter", date(2026, 4, 1), date(2026, 7, 1)),
        ("last-year", date(2025, 1, 1), date(2026, 1, 1)),
        ("last-12m", date(2025, 7, 1), date(2026, 7, 1)),
    ],
)
def test_presets_hold_today_or_whole_months_that_are_over(name, start, end):
    assert preset(name, TODAY) == Period(start, end)


def test_whole_months_are_compared_with_as_many_months():
    assert Period(date(2026, 3, 1), date(2026, 4, 1)).previous == Period(date(2026, 2, 1), date(2026, 3, 1))
    assert Period(date(2025, 1, 1), date(2026, 1, 1)).previous == Period(date(2024, 1, 1), date(2025, 1, 1))


def test_other_days_are_compared_with_as_many_days_just_before():
    period = Period(date(2026, 3, 1), date(2026, 3, 31))

    assert period.previous == Period(date(2026, 1, 30), date(2026, 3, 1))
    assert period.previous.days == period.days == 30


def test_the_same_days_a_year_earlier_exist_in_every_year():
    leap = Period(date(2024, 2, 29), date(2024, 3, 1))

    assert Period(date(2026, 3, 5), date(2026, 4, 1)).year_before == Period(date(2025, 3, 5), date(2025, 4, 1))
    assert leap.year_before == Period(date(2023, 3, 1), date(2023, 3, 1))


def test_only_whole_months_that_are_over_are_over():
    june = Period(date(2026, 6, 1), date(2026, 7, 1))

    assert june.is_whole_months
    assert (june.is_over(date(2026, 6, 30)), june.is_over(date(2026, 7, 1))) == (False, True)
    assert not Period(date(2026, 6, 1), date(2026, 6, 30)).is_whole_months
    assert not Period(date(2026, 6, 2), date(2026, 7, 1)).is_whole_months
    assert not Period(date(2026, 6, 1), date(2026, 6, 1)).is_whole_months


@pytest.mark.parametrize(
    ("granularity", "expected"),
    [
        (Granularity.WEEK, [date(2025, 12, 29), date(2026, 1, 5)]),
        (Granularity.MONTH, [date(2026, 1, 1)]),
        (Granularity.QUARTER, [date(2026, 1, 1)]),
    ],
)
def test_buckets_cover_the_period_from_its_first_day(granularity, expected):
    assert Period(date(2026, 1, 1), date(2026, 1, 10)).buckets(granularity) == expected


def test_buckets_of_quarters_cross_the_year():
    assert Period(date(2025, 11, 30), date(2026, 4, 2)).buckets(Granularity.QUARTER) == [
        date(2025, 10, 1),
        date(2026, 1, 1),
        date(2026, 4, 1),
    ]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 1, 1), date(2026, 3, 1), Period(date(2026, 1, 1), date(2026, 3, 1))),
        (date(2026, 1, 2), date(2026, 3, 31), Period(date(2026, 2, 1), date(2026, 3, 1))),
        (date(2026, 1, 2), date(2026, 2, 1), Period(date(2026, 1, 2), date(2026, 1, 2))),
        (date(2026, 1, 5), date(2026, 1, 9), Period(date(2026, 1, 5), date(2026, 1, 5))),
    ],
)
def test_whole_months_lie_inside(start, end, expected):
    assert Period(start, end).whole_months() == expected


def test_a_day_begins_at_midnight_of_its_zone():
    kyiv = ZoneInfo("Europe/Kyiv")

    assert periods.midnight(date(2026, 7, 15), kyiv) == datetime(2026, 7, 14, 21, tzinfo=UTC)
    assert periods.midnight(date(2026, 1, 15), kyiv) == datetime(2026, 1, 14, 22, tzinfo=UTC)
