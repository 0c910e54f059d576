from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.business_hours import Calendar, NeverOpen, due

VILNIUS = ZoneInfo("Europe/Vilnius")
CALENDAR = Calendar(zone=VILNIUS)
FIRST, LAST = datetime(2025, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001 Hypothesis adds the zone itself
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
HOURS = st.integers(0, 200)


def local(*parts):
    return datetime(*parts, tzinfo=VILNIUS)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        (local(2026, 11, 23, 10), 4, local(2026, 11, 23, 14)),  # Monday, within the day
        (local(2026, 11, 23, 14), 4, local(2026, 11, 23, 18)),  # up to the closing hour
        (local(2026, 11, 23, 16, 30), 4, local(2026, 11, 24, 11, 30)),  # over night
        (local(2026, 11, 20, 17), 4, local(2026, 11, 23, 12)),  # over a weekend
        (local(2026, 11, 21, 12), 0, local(2026, 11, 23, 9)),  # a Saturday
        (local(2026, 11, 23, 6), 1, local(2026, 11, 23, 10)),  # before opening
        (local(2026, 11, 23, 20), 1, local(2026, 11, 24, 10)),  # after closing
        (local(2026, 11, 23, 9), 45, local(2026, 11, 27, 18)),  # a whole week
    ],
)
def test_only_business_hours_count(start, hours, expected):
    assert due(start, hours, CALENDAR) == expected


def test_a_holiday_does_not_count():
    calendar = Calendar(zone=VILNIUS, holidays=frozenset({date(2026, 12, 24), date(2026, 12, 25)}))

    assert due(local(2026, 12, 23, 16), 4, calendar) == local(2026, 12, 28, 11)


def test_a_change_of_the_clock_on_sunday_moves_nothing():
    assert due(local(2026, 3, 27, 17), 2, CALENDAR) == local(2026, 3, 30, 10)
    assert due(local(2026, 10, 23, 17), 2, CALENDAR) == local(2026, 10, 26, 10)


def test_a_calendar_without_working_days_is_refused():
    with pytest.raises(NeverOpen):
        due(local(2026, 11, 23, 10), 1, Calendar(zone=VILNIUS, weekdays=frozenset()))


@given(start=MOMENTS, hours=HOURS)
def test_the_due_moment_is_never_early_and_within_business_hours(start, hours):
    moment = due(start, hours, CALENDAR)

    opens, closes = CALENDAR.hours_of(moment.astimezone(VILNIUS).date())
    assert moment >= start + timedelta(hours=hours)
    assert opens <= moment <= closes
    assert CALENDAR.is_working_day(moment.astimezone(VILNIUS).date())


@given(start=MOMENTS, hours=HOURS)
def test_an_hour_more_is_never_due_sooner(start, hours):
    assert due(start, hours + 1, CALENDAR) >= due(start, hours, CALENDAR) + timedelta(hours=1)


@given(start=MOMENTS, first=HOURS, second=HOURS)
def test_counting_in_two_steps_ends_at_the_same_moment(start, first, second):
    in_two_steps = due(due(start, first, CALENDAR), second, CALENDAR)

    whole = due(start, first + second, CALENDAR)
    # The closing hour of one day and the opening of the next are the same moment of business.
    assert whole == in_two_steps or due(whole, 0.01, CALENDAR) == due(in_two_steps, 0.01, CALENDAR)
