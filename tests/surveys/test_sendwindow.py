from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import sendwindow
from surveys.sendwindow import NeverOpens, Window, calendar, first_moment

OFFICE = Window(time(9), time(18), frozenset({1, 2, 3, 4, 5}))
NIGHT = Window(time(2, 30), time(4), frozenset(range(1, 8)))
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: utc(2025, 1, 1) + timedelta(minutes=minutes))
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """No test is answered out of what another one asked."""
    sendwindow._instant.cache_clear()


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def moment(after, window=OFFICE, zone="Europe/Vilnius", holidays=frozenset()):
    return first_moment(after, window, ZoneInfo(zone), frozenset(holidays))


def test_a_moment_inside_the_window_is_used_as_it_is():
    assert moment(utc(2026, 7, 1, 10, 17, 3)) == utc(2026, 7, 1, 10, 17, 3)


def test_before_the_window_waits_for_its_opening():
    assert moment(utc(2026, 7, 1, 3)) == utc(2026, 7, 1, 6)  # 09:00 in Vilnius, UTC+3


def test_the_opening_is_inside_and_the_closing_is_outside():
    assert moment(utc(2026, 7, 1, 6)) == utc(2026, 7, 1, 6)
    assert moment(utc(2026, 7, 1, 14, 59, 59)) == utc(2026, 7, 1, 14, 59, 59)
    assert moment(utc(2026, 7, 1, 15)) == utc(2026, 7, 2, 6)


def test_friday_evening_waits_for_monday_morning():
    assert moment(utc(2026, 7, 3, 16)) == utc(2026, 7, 6, 6)


def test_a_holiday_is_left_out():
    assert moment(utc(2026, 7, 3, 16), holidays={date(2026, 7, 6)}) == utc(2026, 7, 7, 6)


def test_the_weekday_is_that_of_the_recipients_own_clock():
    # Sunday 23:00 in London is Monday 07:00 in Tokyo.
    assert moment(utc(2026, 7, 5, 23, 30), zone="Asia/Tokyo") == utc(2026, 7, 6, 0)


def test_an_evening_that_is_tomorrow_in_utc_is_still_today_where_the_recipient_is():
    assert moment(utc(2026, 7, 2, 0, 30), zone="America/Los_Angeles") == utc(2026, 7, 2, 0, 30)


def test_a_window_that_stays_shut_for_four_hundred_days_never_opens_and_for_a_day_less_it_does():
    daily, day = Window(time(9), time(18), frozenset(range(1, 8))), date(2026, 7, 1)
    shut = [day + timedelta(days=n) for n in range(402)]

    assert moment(utc(2026, 7, 1), daily, holidays=shut[:399]) == utc(2027, 8, 4, 6)
    with pytest.raises(NeverOpens):
        moment(utc(2026, 7, 1), daily, holidays=shut[:400])
    (today,) = calendar(day, day, daily, ZoneInfo("Europe/Vilnius"), frozenset(shut[1:400]))
    assert today.next_opens_at == utc(2027, 8, 5, 6)
    with pytest.raises(NeverOpens):
        calendar(day, day, daily, ZoneInfo("Europe/Vilnius"), frozenset(shut[1:401]))


def test_the_opening_moves_with_summer_time_in_spring_and_back_in_autumn():
    assert moment(utc(2026, 3, 27, 20)) == utc(2026, 3, 30, 6)  # Friday before the change: Monday 09:00 is UTC+3
    assert moment(utc(2026, 3, 27, 0)) == utc(2026, 3, 27, 7)
    assert moment(utc(2026, 10, 23, 20)) == utc(2026, 10, 26, 7)
    assert moment(utc(2026, 10, 23, 0)) == utc(2026, 10, 23, 6)


def test_an_opening_that_spring_skips_falls_on_the_jump():
    # In New York 02:00 becomes 03:00 on 8 March 2026, at 07:00 UTC.
    assert moment(utc(2026, 3, 8, 5), NIGHT, "America/New_York") == utc(2026, 3, 8, 7)


@pytest.mark.parametrize("minute", range(0, 60, 7))
def test_whatever_minute_of_the_skipped_hour_is_meant_the_jump_is_found_to_the_second(minute):
    skipped = Window(time(2, minute), time(4), NIGHT.weekdays)

    assert moment(utc(2026, 3, 8, 5), skipped, "America/New_York") == utc(2026, 3, 8, 7)


def test_a_calendar_says_of_each_day_when_it_opens_and_closes_and_when_the_next_one_does():
    friday, saturday = calendar(date(2026, 7, 3), date(2026, 7, 4), OFFICE, ZoneInfo("Europe/Vilnius"))

    assert friday == (date(2026, 7, 3), utc(2026, 7, 3, 6), utc(2026, 7, 3, 15), utc(2026, 7, 6, 6))
    assert saturday == (date(2026, 7, 4), None, None, utc(2026, 7, 6, 6))


def test_what_a_jump_skips_falls_on_its_very_second_wherever_the_clock_jumps():
    # Half an hour at Lord Howe, and a whole day that Samoa left out: what was meant for the 30th opens with the 31st.
    early = Window(time(2, 15), time(4), NIGHT.weekdays)

    assert moment(utc(2026, 10, 3, 12), early, "Australia/Lord_Howe") == utc(2026, 10, 3, 15, 30)
    assert moment(utc(2011, 12, 30, 9), Window(time(0), time(4), NIGHT.weekdays), "Pacific/Apia") == utc(
        2011, 12, 30, 10
    )


def test_a_window_that_spring_skips_whole_waits_for_the_next_day():
    skipped = Window(time(2, 10), time(2, 50), NIGHT.weekdays)

    assert moment(utc(2026, 3, 8, 5), skipped, "America/New_York") == utc(2026, 3, 9, 6, 10)


def test_an_opening_that_autumn_repeats_is_the_earlier_one():
    # In New York 02:00 becomes 01:00 on 1 November 2026, at 06:00 UTC.
    repeated = Window(time(1, 30), time(4), NIGHT.weekdays)

    assert moment(utc(2026, 11, 1, 4), repeated, "America/New_York") == utc(2026, 11, 1, 5, 30)
    assert moment(utc(2026, 11, 1, 6, 10), repeated, "America/New_York") == utc(2026, 11, 1, 6, 10)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Kolkata", utc(2026, 7, 1, 3, 30)),
        ("Asia/Kathmandu", utc(2026, 7, 1, 3, 15)),
        ("Australia/Lord_Howe", utc(2026, 6, 30, 22, 30)),
        ("America/St_Johns", utc(2026, 7, 1, 11, 30)),
    ],
)
def test_half_hour_and_quarter_hour_zones_open_at_nine_of_their_own_clock(zone, expected):
    assert moment(expected - timedelta(minutes=20), zone=zone) == expected


def test_a_window_of_one_day_a_week_opens_for_years_and_not_only_for_one():
    mondays = Window(time(9), time(18), frozenset({1}))

    days = calendar(date(2026, 7, 6), date(2029, 7, 2), mondays, ZoneInfo("Europe/Vilnius"))

    assert [day.date for day in days if day.opens_at] == [date(2026, 7, 6) + timedelta(weeks=n) for n in range(157)]
    assert days[-1].next_opens_at == utc(2029, 7, 9, 6)


def test_a_window_without_a_day_says_that_it_never_opens():
    with pytest.raises(NeverOpens):
        moment(utc(2026, 7, 1), Window(time(9), time(18), frozenset({8})))


@settings(max_examples=300, deadline=None)
@given(
    after=MOMENTS,
    zone=st.sampled_from(ZONES),
    opens=st.times(max_value=time(23, 58)),
    minutes=st.integers(1, 1439),
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
)
def test_the_moment_is_in_the_window_and_no_earlier_one_is(after, zone, opens, minutes, weekdays):
    opens = opens.replace(second=0, microsecond=0)
    closes = time(*divmod(min(1439, opens.hour * 60 + opens.minute + minutes), 60))
    window, zone = Window(opens, closes, weekdays), ZoneInfo(zone)

    found = first_moment(after, window, zone)

    local = found.astimezone(zone)
    assert found >= after
    assert local.isoweekday() in weekdays
    assert local.time() >= opens
    # On the night when clocks go back, a window that is open stays open while its last hour shows again.
    assert local.time() < closes or local.utcoffset() != (local - timedelta(hours=3)).utcoffset()
    assert first_moment(found, window, zone) == found


@settings(max_examples=100, deadline=None)
@given(
    after=MOMENTS,
    zone=st.sampled_from(ZONES),
    window=st.sampled_from([OFFICE, NIGHT, Window(time(0), time(0, 30), frozenset({7}))]),
    holidays=st.frozensets(st.dates(date(2025, 1, 1), date(2028, 1, 1)), max_size=5),
)
def test_the_calendar_gives_the_same_moments(after, zone, window, holidays):
    zone = ZoneInfo(zone)
    today = after.astimezone(zone).date()

    (day,) = calendar(today, today, window, zone, holidays)

    looked_up = max(after, day.opens_at) if day.closes_at and after < day.closes_at else day.next_opens_at
    assert looked_up == first_moment(after, window, zone, holidays)
