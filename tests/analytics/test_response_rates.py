"""Response rates: compared at equal age and judged like the number; what still grows is foretold and called so."""

from datetime import timedelta

import pytest

from analytics import services
from analytics.delay_curve import Cohort
from analytics.models import Dimension
from analytics.periods import Period
from analytics.rollups import cohorts
from tests.analytics.answers import NOW, answer, ask, at, manager_called
from tests.analytics.test_rollups import selection
from tests.factories import ChannelFactory, ProductFactory

SPRING = Period(at("2026-04-01T00:00").date(), at("2026-07-16T00:00").date())


def asked_on(version, day, people, *delays, **facts):
    """Ask people at noon of a day; so many answer, each after so many days."""
    moment = at(f"{day}T12:00")
    ask(version, count=people - len(delays), at=moment, **facts)
    for days in delays:
        answer(version, [9], asked_at=moment, at=moment + timedelta(days=days), **facts)


def quarter(version, weeks=range(16, 106, 7), people=40, delays=(0.5, 0.6, 2, 5, 9), **facts):
    """History: every week the same."""
    for days_ago in weeks:
        asked_on(version, (NOW - timedelta(days=days_ago)).date(), people, *delays, **facts)


@pytest.mark.parametrize("is_rolled", [True, False], ids=["rollups", "raw rows"])
@pytest.mark.parametrize(
    ("names", "people"),
    [((), 9), (("manager",), 5), (("manager", "channel"), 3)],
    ids=["everybody", "of a manager", "of a manager on a channel"],
)
def test_people_are_read_by_the_day_of_the_ask_with_the_age_of_their_answers(version, is_rolled, names, people):
    anna, phone, mail = manager_called("Anna"), ChannelFactory(name="Phone"), ChannelFactory(name="Mail")
    if is_rolled:
        services.rebuild_rollups()
    asked_on(version, "2026-06-20", 3, 1, 3.5, 14, manager=anna, channel=phone, product=ProductFactory())
    asked_on(version, "2026-06-20", 2, 2, 14.1, manager=anna, channel=mail)
    if is_rolled:
        services.refresh_rollups()
    asked_on(version, "2026-06-20", 4, 0.1, channel=phone)
    asked_on(version, "2026-03-31", 7)
    members = {Dimension.MANAGER: anna.pk, Dimension.CHANNEL: phone.pk}

    found = cohorts.read(selection(members={name: members[name] for name in map(Dimension, names)}), SPRING)

    answered = {9: (2, 3, 4, 5), 5: (1, 2, 3, 4), 3: (1, 1, 2, 3)}[people]
    assert found == [Cohort(at("2026-06-20T00:00").date(), people, answered)]


def test_periods_are_compared_by_answers_of_the_same_age(show, version):
    asked_on(version, "2026-05-05", 4, 5, 5, 57, 57)
    asked_on(version, "2026-06-05", 4, 5)

    page = show("?period=last-month")

    assert "Within 14 days of the ask: 25.0%; the period before: 50.0% (2 of 4)" in page.text
    assert "growing" not in page.text


def test_the_newest_asks_are_foretold_from_how_late_answers_came(show, version):
    quarter(version)
    asked_on(version, "2026-07-10", 30, 0.1, 0.2, 2.5)
    asked_on(version, "2026-07-15", 10)

    page = show("?period=month")

    # 3 of 30 within 3 days, then 2 of 37; of the 10 of today 5 of 40.
    expected = 100 * (3 + 27 * 2 / 37 + 10 * 5 / 40) / 40
    assert page.figures["rate"] == "7.5%"
    assert page.figures["forecast"] == f"{expected:.1f}%" == "14.3%"
    assert page.figures["growing"] == "40"
    assert "40 people were asked less than 14 days ago. When all have had their 14 days we expect 14.3%" in page.text
    assert "53% of these answers are in" in page.text
    (row,) = show("?period=month&by=month").rows("trend")
    assert row[-1].startswith("7.5% of 40 still growing, to 14.3% (")


def test_only_the_points_that_grow_are_called_so(show, version):
    quarter(version)
    asked_on(version, "2026-07-10", 40, 1, 2)

    rows = show("?period=90d&by=week").rows("trend")

    growing = [row[0] for row in rows if "still growing" in row[-1]]
    assert growing == ["6 Jul 2026"]


def test_a_page_of_one_manager_is_foretold_from_that_managers_past(show, version):
    anna, bohdan = manager_called("Anna"), manager_called("Bohdan")
    quarter(version, people=10, manager=anna, team=anna.team)
    quarter(version, people=40, manager=bohdan, team=bohdan.team)
    for manager in (anna, bohdan):
        asked_on(version, "2026-07-15", 30, manager=manager, team=manager.team)

    assert show(f"?period=month&manager={anna.pk}").figures["forecast"] == "50.0%"
    assert show(f"?period=month&manager={bohdan.pk}").figures["forecast"] == "12.5%"


def test_with_too_little_history_nothing_is_foretold_but_growth_is_said(show, version):
    quarter(version, weeks=range(16, 37, 7))
    asked_on(version, "2026-07-10", 40, 1, 2)

    page = show("?period=month")

    assert "forecast" not in page.figures
    assert "still growing 40 people were asked less than 14 days ago." in page.text
    assert "we expect" not in page.text


def test_a_period_that_has_had_its_two_weeks_does_not_grow(show, version):
    quarter(version)
    asked_on(version, "2026-06-30", 40, 1)
    asked_on(version, "2026-07-01", 3)

    assert "growing" not in show("?period=last-month").figures
    assert show("?period=own&start=2026-06-01&end=2026-07-01").figures["growing"] == "3"


def judged(show, version, now, before, query="?period=last-month&compare=year"):
    """Last June and the June before: (asked, answered) of each."""
    answer(version, [8], at=at("2025-05-28T10:00"))
    for month, (people, answered) in (("2026-06", now), ("2025-06", before)):
        asked_on(version, f"{month}-05", people, *[1] * answered)
    return show(query)


@pytest.mark.parametrize(
    ("now", "before", "verdict", "text"),
    [
        ((400, 160), (400, 90), "up", "▲ +17.5: more than chance explains"),
        ((400, 90), (400, 160), "down", "▼ −17.5: more than chance explains"),
        ((400, 100), (400, 96), "unclear", "Cannot tell whether it changed: +1.0"),
        # p = 0.017: of years of monthly looks one in five would show as much.
        ((400, 120), (400, 90), "unclear", "Perhaps it changed: +7.5"),
        ((29, 20), (400, 90), "too_few", "Too few to compare: 29 asked now, 400 before"),
    ],
    ids=["rise", "fall", "nothing", "perhaps", "too few"],
)
def test_a_rate_is_judged_by_the_rules_of_the_number(show, version, now, before, verdict, text):
    page = judged(show, version, now, before)

    assert page.figures["rate-verdict"] == verdict
    assert text in page.text


def test_a_rate_is_judged_when_everybody_has_had_two_weeks(show, version, monkeypatch):
    monkeypatch.setattr("accounts.clock.now", lambda: NOW - timedelta(days=1))
    page = judged(show, version, (400, 160), (400, 90))
    assert page.figures["rate-verdict"] == "too_few"
    assert "Compared from 15 Jul 2026 on, when everybody has had 14 days." in page.text

    monkeypatch.setattr("accounts.clock.now", lambda: NOW)
    assert show("?period=last-month&compare=year").figures["rate-verdict"] == "up"


def test_a_moving_window_gets_no_verdict_on_its_rate(show, version):
    asked_on(version, "2026-05-20", 400, *[1] * 90)
    asked_on(version, "2026-06-20", 400, *[1] * 160)

    page = show("?period=own&start=2026-06-01&end=2026-06-29")

    assert page.figures["rate-verdict"] == "open"
    assert "Difference: +17.5 (between" in page.text


def test_what_still_grows_is_not_compared(show, version):
    quarter(version)
    asked_on(version, "2026-07-10", 400, *[1] * 90)

    page = show("?period=30d")

    assert "Not compared: not everybody has had 14 days." in page.text


def test_nobody_asked_before_is_nothing_to_compare_with(show, version):
    asked_on(version, "2026-06-20", 40, 1)

    page = show("?period=last-month")

    assert "rate-verdict" not in page.figures
    assert "the period before: –" not in page.text
