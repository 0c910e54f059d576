from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.records.dates import day, moment
from crm.records.notation import OF_PROGRAMS, Notation, Untold

VILNIUS = ZoneInfo("Europe/Vilnius")
MAY_4 = date(2026, 5, 4)


def told(*dates, **more):
    return Notation(zone=VILNIUS, dates=frozenset(dates), **more)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2026-05-04", ()),
        ("2026/5/4", ()),
        ("2026.05.04", ()),
        ("04.05.2026", ()),
        (" 4.5.2026 ", ()),
        ("2026-05-04 00:00:00", ()),
        ("04.05.2026 0:00", ()),
        ("4/5/2026", ("day first",)),
        ("04-05-2026", ("day first",)),
        ("5/4/2026", ("month first",)),
        ("05.04.2026", ("month first",)),
        ("46146", ("excel",)),
        ("46146,0", ("excel", "day first")),
        ("44684", ("excel 1904",)),
    ],
)
def test_a_date_is_read_as_it_is_told_to_be_written(text, dates):
    assert day(text, told(*dates)) == MAY_4


@pytest.mark.parametrize("text", ["5/4/2026", "31/12/2026", "5-4-2026", "46146", "46146.5"])
def test_a_date_that_may_be_another_is_refused_until_its_order_is_told(text):
    with pytest.raises(Untold) as refusal:
        day(text, told())

    assert refusal.value.example.startswith("dates = ")


@pytest.mark.parametrize(
    "text",
    ["04.05.26", "2026", "31.02.2026", "4/31/2026", "2026-05-04 10:00", "1.1.1899", "1/1/2201", "9999", "120000", "x"],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r"\.$"):
        day(text, told("month first", "excel"))


@pytest.mark.parametrize("text", ["04.05.2026", "2026/05/04", "46146", "5/4/2026"])
def test_programs_write_iso_dates_only(text):
    with pytest.raises(ValueError, match="is not a date"):
        day(text, OF_PROGRAMS)


@pytest.mark.parametrize(
    ("text", "dates", "clock"),
    [
        ("04.05.2026 16:30", (), "16:30"),
        ("04.05.2026  9:05:01,5", (), "09:05:01"),
        ("5/4/2026 4:30 PM", ("month first",), "16:30"),
        ("5/4/2026 12:05 am", ("month first",), "00:05"),
        ("5/4/2026 12:05 p.m.", ("month first",), "12:05"),
        ("46146.6875", ("excel",), "16:30"),
        ("46146,5", ("excel",), "12:00"),
        ("2026-05-04T16:30:00+03:00", (), "16:30"),
        ("2026-05-04 16:30", (), "16:30"),
        ("2026-05-04", (), "10:00"),
        ("46146", ("excel",), "10:00"),
    ],
)
def test_a_moment_is_read_in_the_zone_of_the_file(text, dates, clock):
    expected = datetime.combine(MAY_4, time.fromisoformat(clock), VILNIUS)

    assert moment(text, told(*dates, noon=time(10))) == expected


@pytest.mark.parametrize("text", ["04.05.2026 25:00", "04.05.2026 16:60", "04.05.2026 13:00 PM", "04.05.2026 x", "x"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match="is not a date and time"):
        moment(text, told())


@given(st.dates(date(1930, 1, 1), date(2199, 12, 31)))
def test_every_day_of_a_spreadsheet_is_that_day(expected):
    assert day(str((expected - date(1899, 12, 30)).days), told("excel")) == expected


@pytest.mark.parametrize("read", [day, moment])
@given(text=st.text("0123456789./-: ,APMTZ+\x00٤", max_size=24), dates=st.sets(st.sampled_from(["day first", "excel"])))
def test_any_text_is_read_or_refused(read, text, dates):
    try:
        read(text, told(*dates))
    except ValueError:
        return
