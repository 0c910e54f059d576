from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from analytics.models import Rollup
from analytics.periods import Period
from analytics.rollups import pieces

DAY = timedelta(days=1)
days = st.dates(date(2023, 1, 1), date(2026, 12, 31))


def rows(period):
    """How many rows a member has in the pieces: a month has one, and each day has one."""
    found = 0
    for piece in pieces.cover(period):
        whole = len({(day.year, day.month) for day in days_of(piece.period)})
        found += whole if piece.span == Rollup.Span.MONTH else piece.period.days
    return found


def days_of(period):
    return [period.start + place * DAY for place in range(period.days)]


@given(days, days)
def test_the_pieces_hold_each_day_of_the_period_once_and_no_other(one, other):
    period = Period(min(one, other), max(one, other))
    held = Counter()
    for piece in pieces.cover(period):
        for day in days_of(piece.period):
            held[day] += -1 if piece.is_taken_away else 1
    assert {day: times for day, times in held.items() if times} == dict.fromkeys(days_of(period), 1)


@given(days, days)
def test_months_are_whole_ones(one, other):
    period = Period(min(one, other), max(one, other))
    for piece in pieces.cover(period):
        assert piece.span == Rollup.Span.DAY or piece.period.is_whole_months


def test_a_month_without_a_few_days_is_itself_without_them():
    assert rows(Period(date(2026, 11, 2), date(2026, 11, 30))) == 3
    assert rows(Period(date(2025, 12, 1), date(2026, 11, 30))) == 11 + 2
    assert rows(Period(date(2026, 11, 20), date(2026, 11, 25))) == 5


def test_a_period_without_days_has_no_pieces():
    assert list(pieces.cover(Period(date(2026, 11, 5), date(2026, 11, 5)))) == []
