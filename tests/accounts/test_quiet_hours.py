"""When letters of notices are due; the days on which clocks are put forward and back are those of Vilnius in 2026."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from accounts.quiet_hours import LetterPace, Quiet, mail_due

VILNIUS = ZoneInfo("Europe/Vilnius")
NIGHT = Quiet(time(22), time(7))
NOON = Quiet(time(12), time(13))


def due(now, *, pace=LetterPace.AT_ONCE, daily_at=time(8), quiet=None, zone=VILNIUS):
    return mail_due(now, pace=pace, daily_at=daily_at, quiet=quiet, zone=zone)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_at_once_is_now():
    assert due(utc(2026, 11, 26, 10, 20)) == utc(2026, 11, 26, 10, 20)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(2026, 11, 26, 10, 20), utc(2026, 11, 26, 11)),
        (utc(2026, 11, 26, 10), utc(2026, 11, 26, 11)),
        # the hour that comes twice, and the one that does not come
        (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1)),
        (utc(2026, 10, 25, 1, 30), utc(2026, 10, 25, 2)),
        (utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1)),
    ],
)
def test_hourly_is_the_next_full_hour(now, expected):
    assert due(now, pace=LetterPace.HOURLY) == expected


def test_hourly_is_a_full_hour_of_the_persons_own_clock():
    assert due(utc(2026, 11, 26, 10, 20), pace=LetterPace.HOURLY, zone=ZoneInfo("Asia/Kolkata")) == utc(
        2026, 11, 26, 10, 30
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(2026, 11, 26, 5, 59), utc(2026, 11, 26, 6)),
        (utc(2026, 11, 26, 6), utc(2026, 11, 27, 6)),
        # clocks go back on the 25th of October, forward on the 29th of March
        (utc(2026, 10, 24, 12), utc(2026, 10, 25, 6)),
        (utc(2026, 10, 23, 12), utc(2026, 10, 24, 5)),
        (utc(2026, 3, 28, 12), utc(2026, 3, 29, 5)),
    ],
)
def test_daily_is_eight_oclock_on_the_wall(now, expected):
    assert due(now, pace=LetterPace.DAILY) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(2026, 11, 26, 19, 59), utc(2026, 11, 26, 19, 59)),
        (utc(2026, 11, 26, 20), utc(2026, 11, 27, 5)),
        (utc(2026, 11, 27, 1), utc(2026, 11, 27, 5)),
        (utc(2026, 11, 27, 5), utc(2026, 11, 27, 5)),
        # the nights in which clocks are changed are an hour longer and shorter
        (utc(2026, 10, 24, 20), utc(2026, 10, 25, 5)),
        (utc(2026, 3, 28, 21), utc(2026, 3, 29, 4)),
    ],
)
def test_what_comes_at_night_waits_for_the_morning(now, expected):
    assert due(now, quiet=NIGHT) == expected


def test_quiet_hours_within_a_day():
    assert due(utc(2026, 11, 26, 10, 20), quiet=NOON) == utc(2026, 11, 26, 11)
    assert due(utc(2026, 11, 26, 9, 59), quiet=NOON) == utc(2026, 11, 26, 9, 59)


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_do_not_last_until_the_next_day():
    quiet = Quiet(time(22), time(3, 30))

    # 3:30 by summer time, then by winter time: between the two the wall shows 3:10 once more.
    assert due(utc(2026, 10, 24, 20), quiet=quiet) == utc(2026, 10, 25, 0, 30)
    assert due(utc(2026, 10, 25, 1, 10), quiet=quiet) == utc(2026, 10, 25, 1, 30)


def test_quiet_hours_that_end_in_the_hour_that_does_not_come():
    assert due(utc(2026, 3, 28, 21), quiet=Quiet(time(22), time(3, 30))) == utc(2026, 3, 29, 1, 30)


def test_a_letter_that_gathers_until_the_night_waits_for_the_morning():
    assert due(utc(2026, 11, 26, 19, 30), pace=LetterPace.HOURLY, quiet=NIGHT) == utc(2026, 11, 27, 5)
    assert due(utc(2026, 11, 26, 19, 30), pace=LetterPace.DAILY, daily_at=time(6), quiet=NIGHT) == utc(2026, 11, 27, 5)
