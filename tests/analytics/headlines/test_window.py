from datetime import date
from zoneinfo import ZoneInfo

import pytest

from analytics.clusters import STRANGERS, Spread
from analytics.counts import Counts
from analytics.dashboard.report import Figures
from analytics.headlines.lent_spreads import LentSpreads
from analytics.headlines.window import judged
from analytics.models import Dimension
from analytics.periods import Granularity, Period
from analytics.rollups.cells import Selection

TODAY = date(2026, 11, 26)
LONG_AGO = date(2020, 1, 1)
YEAR = Period(date(2025, 12, 1), date(2026, 11, 27))


def selection(period, before=None):
    return Selection(
        period=period, before=before or period.previous, zone=ZoneInfo("UTC"), granularity=Granularity.MONTH
    )


def days(found):
    return (found.period.start, found.period.end, found.before.start, found.before.end)


@pytest.mark.parametrize(
    ("period", "months"),
    [
        (YEAR, 12),
        (Period(date(2026, 1, 1), date(2026, 11, 27)), 6),
        (Period(date(2026, 8, 29), date(2026, 11, 27)), 3),
        (Period(date(2026, 10, 28), date(2026, 11, 27)), 1),
        (Period(date(2026, 11, 1), date(2026, 11, 27)), 1),
        (Period(date(2024, 12, 1), date(2026, 11, 27)), 12),
    ],
)
def test_the_last_whole_months_are_judged_as_many_as_fit_the_page(period, months):
    found = judged(selection(period), TODAY, LONG_AGO)

    assert found.period.end == date(2026, 11, 1)
    assert len(found.period.buckets(Granularity.MONTH)) == months
    assert len(found.before.buckets(Granularity.MONTH)) == months
    assert found.before.end == found.period.start


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        (date(2024, 11, 8), 12),
        (date(2024, 11, 9), 6),
        (date(2025, 11, 9), 3),
        (date(2026, 9, 8), 1),
        (date(2026, 9, 9), None),
    ],
)
def test_months_before_which_nothing_was_counted_are_not_judged(begins, expected):
    found = judged(selection(YEAR), TODAY, begins)

    assert (found and len(found.period.buckets(Granularity.MONTH))) == expected


def test_who_compares_with_the_year_before_is_told_of_it():
    found = judged(selection(YEAR, YEAR.year_before), TODAY, LONG_AGO)

    assert days(found) == (date(2025, 11, 1), date(2026, 11, 1), date(2024, 11, 1), date(2025, 11, 1))
    month = Period(date(2026, 10, 28), date(2026, 11, 27))
    assert days(judged(selection(month, month.year_before), TODAY, LONG_AGO)) == (
        date(2026, 10, 1), date(2026, 11, 1), date(2025, 10, 1), date(2025, 11, 1),
    )  # fmt: skip


def test_own_days_of_long_ago_are_judged_by_their_own_last_months():
    found = judged(selection(Period(date(2025, 2, 10), date(2025, 6, 10))), TODAY, LONG_AGO)

    assert days(found) == (date(2025, 3, 1), date(2025, 6, 1), date(2024, 12, 1), date(2025, 3, 1))


def test_a_part_of_the_answers_is_lent_the_wider_spread_and_as_many_fewer_accounts():
    tight = Figures(counts=Counts(60, 20, 20), spread=Spread(2.0, 49))
    lent = LentSpreads(tight, {("manager", 7): Figures(counts=Counts(10, 0, 0))})

    assert lent.of(Dimension.ALL, 0, is_current=True, answers=50) == Spread(2.0, 24)
    assert lent.of(Dimension.CHANNEL, 3, is_current=False, answers=200) == Spread(2.0, 49)
    assert lent.of(Dimension.MANAGER, 7, is_current=True, answers=5) is STRANGERS


def test_twelve_months_without_as_many_before_are_judged_by_the_last_six_against_those_just_before():
    found = judged(selection(Period(date(2025, 11, 1), date(2026, 11, 1))), TODAY, date(2025, 11, 8))

    assert days(found) == (date(2026, 5, 1), date(2026, 11, 1), date(2025, 11, 1), date(2026, 5, 1))
